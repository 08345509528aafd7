// Leaving fast, and leaving no trail. Pages work without this file; with it they work faster.
import { createAll, ErrorSummary, ExitThisPage, SkipLink } from './vendor/govuk-frontend.min.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')
for (const element of document.querySelectorAll('.js-only')) element.hidden = false
for (const element of document.querySelectorAll('.no-js-only')) element.hidden = true

// The component goes away with `location.href`, after which "Back" shows this page again. We replace the page,
// end the session on the server, and hide everything while the other site loads.
const form = document.getElementById('exit')
ExitThisPage.prototype.exitPage = function () {
  document.body.classList.add('govuk-exit-this-page-hide-content')
  navigator.sendBeacon('/chat/leave', new URLSearchParams({ by: 'script' }))
  location.replace(form.dataset.exit)
}
// The component wants a link, and a page without scripts wants a form: the button becomes the link here.
const button = form.querySelector('button')
const link = document.createElement('a')
link.className = button.className
link.href = form.dataset.exit
link.rel = 'nofollow noreferrer'
link.setAttribute('role', 'button')
link.draggable = false
link.append(...button.childNodes)
link.addEventListener('keydown', (event) => {
  if (event.key === ' ') { event.preventDefault(); link.click() }
})
button.replaceWith(link)
new ExitThisPage(form)
createAll(SkipLink)
createAll(ErrorSummary)

// However many of our pages are read, the browser's history holds one, and that one is replaced on leaving.
document.addEventListener('click', (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
  const target = event.target.closest('a[href^="/"]')
  if (plain && target) {
    event.preventDefault()
    location.replace(target.href)
  }
})

// Read aloud by a voice that lives on this device: a voice from the network would tell a stranger what is read.
const listen = document.getElementById('listen')
if (listen && 'speechSynthesis' in window) {
  const status = document.getElementById('listen-status')
  const wanted = document.documentElement.lang
  const voice = () => speechSynthesis.getVoices().find((one) => one.localService && one.lang.split(/[-_]/)[0] === wanted.split('-')[0])
  const show = (talking) => {
    listen.textContent = talking ? listen.dataset.stop : listen.dataset.listen
    listen.setAttribute('aria-pressed', String(talking))
  }
  const stop = () => { speechSynthesis.cancel(); show(false) }
  listen.addEventListener('click', () => {
    if (speechSynthesis.speaking) return stop()
    const found = voice()
    if (!found) { status.textContent = listen.dataset.none; return }
    show(true)
    const parts = document.querySelectorAll('main :is(h1, h2, h3, p, li, dt, dd):not(.site-listen, nav *, .site-languages *)')
    for (const part of parts) {
      if (!part.offsetParent || !part.innerText.trim()) continue
      const words = new SpeechSynthesisUtterance(part.innerText)
      words.voice = found
      words.lang = found.lang
      speechSynthesis.speak(words)
    }
    speechSynthesis.speak(Object.assign(new SpeechSynthesisUtterance(' '), { onend: () => show(false) }))
  })
  // Whoever leaves in a hurry leaves silence.
  addEventListener('pagehide', () => speechSynthesis.cancel())
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') stop() })
} else if (listen) {
  listen.closest('.js-only').hidden = true
}
