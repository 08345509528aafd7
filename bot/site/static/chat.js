// The chat without reloading. Whatever goes wrong here, the plain form takes over: the server knows what to say.
const [form, choices, log, box, status, safety, answers, boxProblem] =
  ['form', 'choices', 'log', 'message', 'status', 'safety', 'answers', 'box-problem'].map((id) => document.getElementById(id))
const FASTEST = 3000
const SLOWEST = 30000
const shown = new Set([...log.children].map((line) => line.dataset.id))
let last = Number(log.dataset.last)
let wait = FASTEST
let timer
let busy = false

const copy = (id) => document.getElementById(id).content.cloneNode(true)

function fill(place, parts) {
  place.replaceChildren(...parts.map(({ text, href }) => {
    if (!href) return text
    const link = document.createElement('a')
    Object.assign(link, { href, dir: 'ltr', className: 'govuk-link telephone', textContent: text })
    return link
  }))
}

function show(messages) {
  // An answer that came late stands further up in the list, and moves what we have: draw it all again.
  if (messages.some(({ id }) => shown.has(id))) {
    log.replaceChildren()
    shown.clear()
    last = 0
    return collect()
  }
  for (const message of messages.filter(({ position }) => position > last)) {
    const line = copy(`line-${message.speaker}`)
    const text = line.querySelector('.chat-message__text')
    Object.assign(text, { lang: message.language ?? '', dir: message.direction })
    fill(text.querySelector('bdi'), message.parts)
    log.append(line)
    shown.add(message.id)
    last = message.position
    offer(message.buttons)
  }
}

function offer(buttons) {
  const hadFocus = choices.contains(document.activeElement)
  answers.replaceChildren(...buttons.map(({ title, value }) => {
    const answer = copy('answer')
    answer.querySelector('button').value = value
    answer.querySelector('bdi').textContent = title
    return answer
  }))
  choices.hidden = buttons.length === 0
  if (hadFocus) box.focus()
}

function warn(lines) {
  // The page has it first; here the eyes are on the box.
  log.after(safety)
  safety.replaceChildren(...lines.map(({ text, language, direction }) => {
    const line = document.createElement('p')
    Object.assign(line, { textContent: text, lang: language, dir: direction, className: 'govuk-inset-text chat-safety' })
    return line
  }))
}

function complain(text) {
  boxProblem.textContent = text
  boxProblem.hidden = !text
  box.setAttribute('aria-describedby', text ? 'hint box-problem' : 'hint')
  if (text) box.focus()
}

async function send(event) {
  event.preventDefault()
  if (busy) return
  busy = true
  const source = event.target
  const fields = new URLSearchParams(new FormData(source, event.submitter))
  fields.set('after', last)
  status.textContent = status.dataset.sending
  let response
  try {
    response = await fetch('/api/chat/messages', { method: 'POST', body: fields })
  } catch {
    complain(document.getElementById('offline').content.textContent)
  }
  busy = false
  status.textContent = ''
  if (response?.ok) taken(source, await response.json())
  else if (response) plainly(source, event.submitter)
}

function taken(source, found) {
  complain('')
  warn(found.safety)
  for (const id of ['notice', 'languages']) document.getElementById(id)?.remove()
  for (const field of document.getElementsByName('sending')) field.value = found.sending
  if (source === form) box.value = ''
  const before = log.childElementCount
  show(found.messages)
  box.focus({ preventScroll: true })
  form.scrollIntoView({ block: 'end' })
  log.children[before]?.scrollIntoView({ block: 'nearest' })
  again(FASTEST)
}

function plainly(source, submitter) {
  source.removeEventListener('submit', send)
  // Not while the event that brought us here is still being handled: the browser would ignore it.
  setTimeout(() => source.requestSubmit(submitter))
}

async function collect() {
  if (!busy && !document.hidden) {
    const asked = last
    const response = await fetch(`/api/chat/messages?after=${asked}`).catch(() => null)
    const found = response?.ok ? await response.json() : { messages: [] }
    if (found.messages.length) wait = FASTEST
    if (asked === last) show(found.messages)
    // The chat has ended: what was said must not stay on the screen, but words being written must.
    if (response?.status === 403 && !box.value) return location.replace('/chat')
  }
  again(Math.min(wait * 1.5, SLOWEST))
}

function again(next) {
  wait = next
  clearTimeout(timer)
  timer = setTimeout(collect, wait)
}

form.addEventListener('submit', send)
choices.addEventListener('submit', send)
box.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault()
    form.requestSubmit(document.getElementById('send'))
  }
})
document.addEventListener('visibilitychange', () => document.hidden || again(0))
if (last) box.focus()
again(FASTEST)
