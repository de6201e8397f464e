"""Between a client of UDP and its server: sees every datagram, and sends again what it saw."""

import select
import socket
import threading


class Relay(threading.Thread):
    """Use as a context. `take(from_client, datagram)` gives what goes on instead, a list of datagrams.

    seen: [(from_client, datagram)] in order, as they arrived here.
    """

    def __init__(self, server, take=lambda from_client, datagram: [datagram]):
        super().__init__(daemon=True)
        self.outside, self.inside = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.outside.bind(("127.0.0.1", 0))
        self.inside.connect(server)
        self.port, self.client, self.take = self.outside.getsockname()[1], None, take
        self.seen, self.stopping = [], False

    def run(self):
        while not self.stopping:
            for each in select.select([self.outside, self.inside], [], [], 0.05)[0]:
                from_client = each is self.outside
                try:
                    datagram, sender = each.recvfrom(65536)
                except OSError:
                    continue
                self.seen.append((from_client, datagram))
                if from_client:
                    self.client = sender
                for onward in self.take(from_client, datagram):
                    if from_client:
                        self.inside.send(onward)
                    else:
                        self.outside.sendto(onward, self.client)

    def again(self, datagram):
        """To the server, from the address that the client has there."""
        self.inside.send(datagram)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.join(10)
        self.outside.close()
        self.inside.close()
