"""The webhooks of `terse serve`: events of The Things Stack v3 and ChirpStack v4 with the fields that their
documentation gives them. Whatever an event is, only a failure that may pass is answered with another status than 200.

Usage: serve_webhook_test.py PATH_OF_TERSE
"""

import base64
import json
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

from serve_process import Server, make_model, wait_until

PROGRAM = ""
GATEWAY = {"gateway_ids": {"gateway_id": "gtw1", "eui": "9C5C8E00001A05C4"}, "time": "2026-02-12T15:15:45.787Z",
           "timestamp": 2463457000, "rssi": -35, "channel_rssi": -35, "snr": 5.2, "uplink_token": "ChIKEA=="}


def things_stack(event, content, **more):
    """An ApplicationUp."""
    return {"end_device_ids": {"device_id": "dev1", "application_ids": {"application_id": "app1"},
                               "dev_eui": "0004A30B001C0530", "join_eui": "800000000000000C",
                               "dev_addr": "00BCB929"},
            "correlation_ids": ["as:up:01E0WZGT6Y7657CPFPE5WEYDSQ"], "received_at": "2026-02-12T15:15:46.1Z",
            event: content, **more}


def chirpstack(**content):
    return {"deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d", "time": "2026-07-18T09:34:15.775023242+00:00",
            "deviceInfo": {"tenantId": "52f14cd4-c6f1-4fbd-8f87-4025e1d49242", "tenantName": "ChirpStack",
                           "applicationId": "17c82e96-be03-4f38-aef3-f83d48582d97", "applicationName": "Test",
                           "deviceProfileId": "14855bf7-d10d-4aee-b618-ebfcb64dc7ad", "deviceProfileName": "Test",
                           "deviceName": "Test device", "devEui": "0101010101010101", "tags": {"key": "value"}},
            **content}


class WebhookTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.messages = make_model(PROGRAM, self.folder)
        self.quarantined = []
        self.data = base64.b64encode(bytes.fromhex(self.messages[0][0])).decode()

    def server(self):
        server = Server(PROGRAM, self.folder, "pump.terse")
        self.addCleanup(lambda: server.__exit__(None, None, None))
        return server

    def uplink(self, **changes):
        """An uplink_message; a field that is None is left out, as The Things Stack does."""
        fields = {"session_key_id": "AXA50EHUmNJYzg==", "f_port": 15, "f_cnt": 6, "frm_payload": self.data,
                  "decoded_payload": {"temperature": 1.0}, "rx_metadata": [GATEWAY], "confirmed": True,
                  "settings": {"data_rate": {"lora": {"bandwidth": 125000, "spreading_factor": 7}},
                               "frequency": "868300000", "timestamp": 2463457000},
                  "received_at": "2026-02-12T15:15:45.580Z", "consumed_airtime": "0.061696s", **changes}
        return things_stack("uplink_message", {name: value for name, value in fields.items() if value is not None})

    def up(self, **changes):
        fields = {"devAddr": "00189440", "adr": True, "dr": 1, "fCnt": 4, "fPort": 1, "data": self.data,
                  "rxInfo": [{"gatewayId": "0016c001f153a14c", "uplinkId": 4217106255, "rssi": -36, "snr": 10.5,
                              "context": "E3OWOQ==", "metadata": {"region_name": "eu868"}}],
                  "txInfo": {"frequency": 867100000, "modulation": {"lora": {"bandwidth": 125000}}}, **changes}
        return chirpstack(**{name: value for name, value in fields.items() if value is not None})

    def answers(self, server, path, body, status="ignored"):
        code, answer = server.post(path, body)
        self.assertEqual((code, answer["status"]), (200, status), (path, body, answer))
        if "quarantine_id" in answer:
            self.quarantined.append(answer["quarantine_id"])
        return answer

    def test_uplinks_are_stored_once(self):
        server = self.server()
        for path, body, device, key in (
                # Of zero there is no trace: the first message of a session.
                ("/v1/webhooks/things-stack", self.uplink(f_cnt=None), "app1/dev1", "AXA50EHUmNJYzg==:0"),
                ("/v1/webhooks/things-stack", self.uplink(), "app1/dev1", "AXA50EHUmNJYzg==:6"),
                ("/v1/webhooks/chirpstack?event=up", self.up(), "0101010101010101", "00189440:4")):
            answer = self.answers(server, path, body, "stored")
            self.assertAlmostEqual(answer["prediction"], self.messages[0][1], delta=1e-6)
            self.assertEqual(self.answers(server, path, body, "duplicate")["prediction"], answer["prediction"])
            latest = server.json(f"/v1/devices/{device}/latest")[1]
            self.assertEqual(latest["key"], key)
            self.assertTrue(latest["radio"])
        self.assertEqual(server.json("/v1/quarantine")[1], [])

    def test_other_events_are_ignored_by_their_name(self):
        server = self.server()
        downlink = {"session_key_id": "AXA=", "f_port": 15, "f_cnt": 11, "frm_payload": self.data,
                    "confirmed": True, "correlation_ids": ["as:downlink:01"]}
        for event, content in (
                ("join_accept", {"session_key_id": "AXBSH1Pk6Z0G166", "received_at": "2026-02-17T07:49:00Z"}),
                ("downlink_queued", downlink), ("downlink_sent", downlink), ("downlink_ack", downlink),
                ("downlink_nack", downlink), ("downlink_failed", {"downlink": downlink, "error": {"code": 9}}),
                ("downlink_queue_invalidated", {"downlinks": [downlink], "last_f_cnt_down": 11}),
                ("location_solved", {"service": "lora-cloud-geolocation-v3", "location": {"latitude": 37.9}}),
                ("service_data", {"service": "lora-cloud-device-management-v1", "data": {"f_port": 1}}),
                ("uplink_normalized", {"f_port": 1, "f_cnt": 6, "frm_payload": self.data,
                                       "normalized_payload": {"air": {"temperature": 1}}})):
            answer = self.answers(server, "/v1/webhooks/things-stack", things_stack(event, content))
            self.assertEqual(answer["event"], event)
            self.assertTrue(answer["reason"])
        for event, content in (
                ("join", {"devAddr": "00189440"}),
                ("txack", {"downlinkId": 2, "queueItemId": "x", "fCntDown": 4, "gatewayId": "0016c001f153a14c",
                           "txInfo": {"frequency": 868100000, "power": 16}}),
                ("ack", {"queueItemId": "x", "acknowledged": True, "fCntDown": 4, "data": self.data}),
                ("log", {"level": "ERROR", "code": "UPLINK_CODEC", "description": "x", "context": {}}),
                ("status", {"margin": 7, "batteryLevel": 99.2}),
                ("location", {"location": {"latitude": 1.0, "longitude": 2.0}}),
                ("integration", {"integrationName": "loracloud", "eventType": "x", "object": {}})):
            answer = self.answers(server, f"/v1/webhooks/chirpstack?event={event}", chirpstack(**content))
            self.assertEqual(answer["event"], event)
        self.assertEqual((server.json("/v1/quarantine")[1], server.json("/v1/messages")[1]), ([], []))

    def test_uplinks_without_application_data_are_ignored(self):
        server = self.server()
        for body in (self.uplink(f_port=None, frm_payload=None), self.uplink(frm_payload=None),
                     self.uplink(f_port=None), {**self.uplink(f_cnt=None, session_key_id=None), "simulated": True}):
            self.answers(server, "/v1/webhooks/things-stack", body)
        for body in (self.up(fPort=None, data=None), self.up(fPort=0, data=""), self.up(data=None)):
            self.answers(server, "/v1/webhooks/chirpstack?event=up", body)
        self.assertEqual((server.json("/v1/quarantine")[1], server.json("/v1/messages")[1]), ([], []))

    def test_what_cannot_be_kept_is_in_quarantine_and_the_webhook_goes_on(self):
        server = self.server()
        long = base64.b64encode(bytes(40)).decode()
        self.answers(server, "/v1/webhooks/things-stack", self.uplink(frm_payload=long), "refused")
        self.answers(server, "/v1/webhooks/chirpstack?event=up", self.up(data=long), "refused")
        self.answers(server, "/v1/webhooks/things-stack?model=nobody", self.uplink(), "unknown_model")
        self.answers(server, "/v1/webhooks/things-stack", self.uplink(), "stored")
        other = base64.b64encode(bytes.fromhex(next(p for p, _ in self.messages if p != self.messages[0][0]))).decode()
        self.answers(server, "/v1/webhooks/things-stack", self.uplink(frm_payload=other), "conflict")
        # Not understood: the bytes themselves are kept.
        unknown = things_stack("later_event", {"f_port": 1})
        self.answers(server, "/v1/webhooks/things-stack", unknown, "refused")
        self.assertEqual(bytes.fromhex(server.json("/v1/quarantine?limit=1")[1][0]["payload"]),
                         json.dumps(unknown).encode())
        self.answers(server, "/v1/webhooks/chirpstack", self.up(), "refused")
        self.answers(server, "/v1/webhooks/chirpstack?event=later", self.up(), "refused")
        refused = server.json("/v1/quarantine")[1]
        self.assertEqual(len(refused), 7)
        # Each was told under which id it is there.
        self.assertEqual(self.quarantined, sorted(each["id"] for each in refused))
        self.assertIn("?event=", refused[1]["reason"])
        # The same by direct HTTP is the client's fault, and it learns that.
        self.assertEqual(server.json("/v1/models/pump/payloads?device=d", data=bytes(40))[0], 422)

    def test_a_failure_that_may_pass_is_503(self):
        server = self.server()
        database = sqlite3.connect(self.folder / "terse.sqlite", isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        self.assertEqual(server.post("/v1/webhooks/things-stack", self.uplink())[0], 503)
        self.answers(server, "/v1/webhooks/chirpstack?event=txack", chirpstack(downlinkId=1))
        database.execute("ROLLBACK")
        database.close()
        wait_until(lambda: server.post("/v1/webhooks/things-stack", self.uplink())[0] == 200)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()
