"""The pages of the app. Only app.py makes them; whoever links to one asks ui.routes."""

from __future__ import annotations

import streamlit as st

from . import routes


def by_name() -> dict[str, st.Page]:
    """The pages by name; those of one session are reached by links only."""
    return {
        "home": st.Page(_home, title="Practice", default=True),
        "library": st.Page(_library, title="Scenarios", url_path="scenarios"),
        "drills": st.Page(_drills, title="Drills", url_path="drills"),
        "progress": st.Page(_progress, title="Progress", url_path="progress"),
        "calls": st.Page(_calls, title="Your own calls", url_path="calls"),
        "learn": st.Page(_learn, title="Learn", url_path=routes.LEARN),
        "examples": st.Page(_examples, title="See an example", url_path="examples"),
        "settings": st.Page(_settings, title="Settings", url_path="settings"),
        "call": st.Page(_call, title="Your call", url_path="call", visibility="hidden"),
        "plan": st.Page(_plan, title="Plan a real talk", url_path="plan", visibility="hidden"),
        "programme": st.Page(_programme, title="Programmes", url_path="programme", visibility="hidden"),
        "taste": st.Page(_taste, title="Try it for a minute", url_path="try", visibility="hidden"),
        "selfcheck": st.Page(_selfcheck, title="How I see myself", url_path="self-check", visibility="hidden"),
        "practice": st.Page(_practice, title="Conversation", url_path="practice", visibility="hidden"),
        "debrief": st.Page(_debrief, title="Debrief", url_path="debrief", visibility="hidden"),
    }


# Each page is imported when it is first shown, so that the first one need not wait for the charts of another.


def _home() -> None:
    from .views import home

    home.page()


def _library() -> None:
    from .views import library

    library.page()


def _progress() -> None:
    from .views import progress

    progress.page()


def _selfcheck() -> None:
    from .views import selfcheck

    selfcheck.page()


def _calls() -> None:
    from .views import calls

    calls.page()


def _call() -> None:
    from .views import call

    call.page()


def _drills() -> None:
    from .views import drills

    drills.page()


def _plan() -> None:
    from .views import plan

    plan.page()


def _programme() -> None:
    from .views import programme

    programme.page()


def _learn() -> None:
    from .views import learn

    learn.page()


def _examples() -> None:
    from .views import examples

    examples.page()


def _settings() -> None:
    from .views import settings

    settings.page()


def _taste() -> None:
    from .views import taste

    taste.page()


def _practice() -> None:
    from .views import practice

    practice.page()


def _debrief() -> None:
    from .views import debrief

    debrief.page()
