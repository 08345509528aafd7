"""Every address of the public site."""

from bot.pages import STATIC
from bot.site import chat, chat_api, health, home, languages, open_data, recordings
from bot.web import Door, Shelf, public

routes = [
    Door("/", home.home, guard=public),
    Door("/chat", chat.see, guard=public),
    Door("/chat", chat.send, guard=public, methods=["POST"]),
    Door("/chat/leave", chat.leave, guard=public, methods=["POST"]),
    Door("/api/chat/messages", chat_api.collect, guard=public),
    Door("/api/chat/messages", chat_api.send, guard=public, methods=["POST"]),
    Door("/languages", languages.choose, guard=public),
    Door("/audio/{code}/{page}", recordings.play, guard=public),
    Door("/directory.json", open_data.listing, guard=public),
    Door("/healthz", health.alive, guard=public),
    Door("/readyz", health.ready, guard=public),
    Shelf("/static", str(STATIC["/static"])),
    # Last: a language's code must never stand in the way of another address.
    Door("/{code}/", home.home_in, guard=public),
]
