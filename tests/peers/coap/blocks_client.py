"""aiocoap's part of blocks_test.py: python blocks_client.py PORT DEVICE MESSAGE_IN_HEX"""

import asyncio
import json
import sys

import aiocoap
from aiocoap import Code, ContentFormat, Message


class Client:
    """Repeats a request with the Echo option that it was asked for (RFC 9175), as aiocoap leaves to its users."""

    def __init__(self, context, base):
        self.context, self.base, self.challenges = context, base, 0

    async def ask(self, code, path, payload=b"", **options):
        for echo in (None, True):
            message = Message(code=code, uri=f"{self.base}/{path}", payload=payload)
            for name, value in options.items():
                setattr(message.opt, name, value)
            if echo:
                message.opt.echo = answer.opt.echo
            request = self.context.request(message)
            answer = await request.response
            if answer.code != Code.UNAUTHORIZED or answer.opt.echo is None:
                return answer, request
            self.challenges += 1
        raise AssertionError("challenged again")


async def main(port, device, payload):
    context = await aiocoap.Context.create_client_context()
    client = Client(context, f"coap://127.0.0.1:{port}")
    stored, _ = await client.ask(Code.POST, f"m/pump?d={device}", payload, accept=ContentFormat.JSON)
    assert stored.code == Code.CHANGED and json.loads(stored.payload)["status"] == "stored", stored
    assert client.challenges == 1, "an answer as JSON is long"

    links, _ = await client.ask(Code.GET, ".well-known/core")
    names = [f"</m/{name}>" for name in ["pump"] + [f"model{number:03}" for number in range(60)]]
    assert all(name in links.payload.decode() for name in names), links.payload
    assert len(links.payload) > 1024, "more than one block"

    for exponent in range(7):
        asked = aiocoap.optiontypes.BlockOption.BlockwiseTuple(0, False, exponent)
        whole, _ = await client.ask(Code.GET, ".well-known/core", block2=asked)
        assert whole.payload == links.payload, exponent
        row, _ = await client.ask(Code.GET, f"d/{device}", accept=ContentFormat.JSON, block2=asked)
        assert json.loads(row.payload)["device"] == device

    first, request = await client.ask(Code.GET, f"d/{device}", observe=0, accept=ContentFormat.JSON,
                                      block2=aiocoap.optiontypes.BlockOption.BlockwiseTuple(0, False, 1))
    assert first.opt.observe is not None and json.loads(first.payload)["device"] == device
    told = request.observation.__aiter__()
    for counter in range(3):
        await client.ask(Code.POST, f"m/pump?d={device}&n={counter}", payload)
        notified = await asyncio.wait_for(told.__anext__(), 20)
        assert json.loads(notified.payload)["key"] == str(counter), notified.payload
    assert client.challenges == 1, "the address is known by now"
    await context.shutdown()
    print(f"{len(links.payload)} bytes of links in blocks of seven sizes, three notifications")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], bytes.fromhex(sys.argv[3])))
