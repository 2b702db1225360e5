"""What every page of ours tells the browser: keep this out of caches, logs, frames and indexes.

The addresses of these pages are secrets, and the pages run no script and fetch nothing from
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


def private_page(response: Response) -> Response:
    """Set the headers, for `blueprint.after_request`."""
    response.headers.update(PRIVATE_PAGE)
    return response
