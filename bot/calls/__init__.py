"""Real calls: reads transcripts in the shapes that people's tools write, and decides who is who.

>>> call = read_call(path.read_bytes(), path.name)
>>> [person.name for person in call.participants]
>>> transcript = call.transcript(manager=["Dana"])
"""

from .call import Call
from .read import MOST_CALL_BYTES, read_call, too_large
from .who import Participant, Roles

__all__ = ["MOST_CALL_BYTES", "Call", "Participant", "Roles", "read_call", "too_large"]
