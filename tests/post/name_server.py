"""A real DNS server on a free loopback port, that answers from a table of records."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from socketserver import BaseRequestHandler, ThreadingUDPServer
from threading import Thread
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Records = Mapping[tuple[str, str], list[str]]
BROKEN = ["SERVFAIL"]


class _Server(ThreadingUDPServer):
    records: Records = {}


class _Handler(BaseRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        content, socket = self.request
        question = dns.message.from_wire(content)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        name, kind = question.question[0].name, question.question[0].rdtype
        place = name.to_text(omit_final_dot=True).lower()
        found = server.records.get((place, dns.rdatatype.to_text(kind)), [])
        if found is BROKEN:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif found:
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, found))
        elif not any(known == place for known, _ in server.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)


@contextmanager
def naming(records: Records) -> Iterator[int]:
    """The port at which these records are answered while this lasts."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.records = records
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
