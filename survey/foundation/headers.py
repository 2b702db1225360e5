"""What every page of ours tells the browser: keep this out of caches, logs, frames and indexes.

The addresses of these pages are secrets, and the pages run no script but one and fetch nothing from
elsewhere, so the policy can be strict. Answers of the API that hold what people wrote say the same.
"""

from flask import Response

PRIVATE_PAGE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
# The page people answer on counts characters where scripts run: one small file of ours.
WITH_SCRIPT = PRIVATE_PAGE | {
    "Content-Security-Policy": f"{PRIVATE_PAGE['Content-Security-Policy']}; script-src 'self'"
}


def private_page(response: Response) -> Response:
    """Set the headers, for `blueprint.after_request`."""
    response.headers.update(PRIVATE_PAGE)
    return response


def page_with_script(response: Response) -> Response:
    """Set the headers of a page that may load scripts of ours, never one that stands in it."""
    response.headers.update(WITH_SCRIPT)
    return response
