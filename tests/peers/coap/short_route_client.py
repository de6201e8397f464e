"""aiocoap's part of short_route_test.py.

Usage: short_route_client.py refused PORT PAYLOAD    by plain CoAP, which proves nothing
       short_route_client.py request PAYLOAD         prints a request without path and query
       short_route_client.py answer MESSAGE          prints code and payload of an answer

Payloads and messages are hexadecimal.
"""

import asyncio
import sys

import aiocoap
from aiocoap import Code, Message


async def refused(port, payload):
    context = await aiocoap.Context.create_client_context()
    for uri in ("", "/", "?d=dev1"):
        request = Message(code=Code.POST, uri=f"coap://127.0.0.1:{port}{uri}", payload=payload)
        answer = await context.request(request).response
        assert answer.code == Code.UNAUTHORIZED, answer
    await context.shutdown()


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "refused":
        asyncio.run(refused(int(given[0]), bytes.fromhex(given[1])))
    elif what == "request":
        message = Message(code=Code.POST, mtype=aiocoap.CON, mid=7, token=b"a", payload=bytes.fromhex(given[0]))
        print(message.encode().hex())
    else:
        answer = Message.decode(bytes.fromhex(given[0]))
        assert (answer.mtype, answer.mid, answer.token) == (aiocoap.ACK, 7, b"a"), answer
        print(answer.code.dotted, answer.payload.decode())
