// The console works without this file. With it, errors are read out, and the queue looks again by itself.
import { createAll, ErrorSummary, SkipLink } from '../../static/vendor/govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
createAll(SkipLink)
createAll(ErrorSummary)

const again = document.body.dataset.lookAgain
if (again) {
  setInterval(() => {
    // Never under somebody's hands: not while a box is being filled in.
    if (!['INPUT', 'TEXTAREA', 'SELECT'].includes(document.activeElement?.tagName)) location.replace(again)
  }, 60_000)
}
