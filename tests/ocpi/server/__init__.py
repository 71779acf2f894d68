"""An OCPI server for tests that can fail in every way we have heard of: real sockets, real HTTP, real TLS.

Use it in a test:

    from tests.ocpi.server import Server, make

    with Server(versions=("2.1.1", "2.2.1"), page_size=10) as server:
        server.put("cdrs", *(make("cdrs", n, "2.2.1") for n in range(25)))
        server.fail("reset_in_body", module="cdrs", at=1)         # the second request for cdrs, once
        server.fail("http_503", module="cdrs", at=3, times=2)     # the fourth and the fifth
        server.fail("lower_case_ids", times=None)                 # always, for every module: a quirk
        server.fail_at_random(seed=7, probability=0.2, kinds=TRANSIENT)
        server.at("cdrs", 2, lambda store: store.touch("cdrs", "C000001"))   # a change before the third request
        ... a client pulls from server.versions_url with server.token ...
        assert [r.query for r in server.received("cdrs")]         # every request, headers included
        server.heal()                                             # no faults from here on

`server.base_url` is where it listens, `server.store` what it holds. `server.url("cdrs")` is the endpoint of a module.
`server.rejected` are requests with a wrong or missing token, `server.foreign` those that reached another host
(127.0.0.2), to which some faults lead: it must stay empty.

TLS: `Server(tls=Authority())`; `Authority.ca_file(folder)` is what a client has to trust, and with
`Server(tls=authority, client_certificate_required=True)` the client needs `authority.client_files(folder)`.

What it does right: versions, version details, credentials (GET, POST, PUT; `server.next_token` is handed out by a
PUT, after which the old one is refused), and the five modules of OCPI 2.1.1, 2.2.1 and 2.3.0 with Link,
X-Total-Count, X-Limit, `offset`, `limit` (lowered to `page_size`), `date_from` inclusive and `date_to` exclusive on
`last_updated`. Objects come oldest first, so one that changes during a crawl moves to the end. The token is asked for
raw (2.1.1 only servers) or as base64, or as `Server(token_encoding=...)` says. From 2.2 on there are RECEIVER
endpoints beside the SENDER ones; requests to them are answered with OCPI status 2000 and stand in `server.rejected`.

As its own process: `python -m tests.ocpi.server --port 0 --state FILE [--requests FILE]`, where the state is JSON
(see `__main__`); the first line that it prints is the port.

Kinds of faults: `tests.ocpi.server.faults`.
"""

from tests.ocpi.server.faults import FATAL, HANDLED, KINDS, TRANSIENT, Fault
from tests.ocpi.server.objects import make
from tests.ocpi.server.serving import Received, Server
from tests.ocpi.server.store import Store
from tests.ocpi.server.tls import Authority

__all__ = ["FATAL", "HANDLED", "KINDS", "TRANSIENT", "Authority", "Fault", "Received", "Server", "Store", "make"]
