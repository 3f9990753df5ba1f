"""Mail servers that behave badly, as backends for `EMAIL_BACKEND`."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

from django.core.mail.backends.locmem import EmailBackend


class RefusesTheOwner(EmailBackend):
    refused = "owner@example.org"

    def send_messages(self, messages):
        if messages[0].to == [self.refused]:
            raise SMTPRecipientsRefused({self.refused: (550, b"No such mailbox")})
        return super().send_messages(messages)


class RefusesTheChair(RefusesTheOwner):
    refused = "chair@example.org"


class HangsUp(EmailBackend):
    def send_messages(self, messages):
        raise SMTPServerDisconnected("Connection unexpectedly closed")


class Unreachable(EmailBackend):
    tried = 0

    def open(self):
        Unreachable.tried += 1
        raise ConnectionRefusedError("Connection refused")
