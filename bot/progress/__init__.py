"""Progress over stored sessions: what changed, habits that come back, one focus, a weekly rhythm, how one sees oneself.

All of it is a fold over what is stored. Nothing derived is kept, so a challenge or a deletion is counted at once.
"""
