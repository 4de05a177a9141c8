"""HTTP over one kept connection with as little work of its own as possible: http.client takes a third of a millisecond an answer, which is
as much as a small query itself."""
import re
import socket

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.I)


class Closed(ConnectionError):
    """The server closed the connection before it answered."""


class LeanClient:
    def __init__(self, port, patience):
        self.port = port
        self.patience = patience
        self.socket = None
        self.rest = b""

    def get(self, target):
        """Status and body."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), self.patience)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.rest = b""
        self.socket.sendall(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        head = self.until(b"\r\n\r\n")
        status = int(head[9:12])
        if CHUNKED.search(head):
            return status, b"".join(self.chunks())
        return status, self.exactly(int(LENGTH.search(head).group(1)))

    def chunks(self):
        while size := int(self.until(b"\r\n"), 16):
            yield self.exactly(size)
            self.exactly(2)
        self.exactly(2)

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def more(self):
        data = self.socket.recv(1 << 18)
        if not data:
            raise Closed()
        return data

    def until(self, end):
        while (at := self.rest.find(end)) < 0:
            self.rest += self.more()
        found, self.rest = self.rest[:at + len(end)], self.rest[at + len(end):]
        return found

    def exactly(self, size):
        parts, have = [self.rest], len(self.rest)
        while have < size:
            parts.append(self.more())
            have += len(parts[-1])
        whole = b"".join(parts)
        self.rest = whole[size:]
        return whole[:size]
