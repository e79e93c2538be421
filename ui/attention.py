"""Where the attention goes during a talk: the keyboard to the input, eyes and a screen reader to what is new.

Streamlit has no way to say so, and a few lines of JavaScript do. They are ours, and fetch nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_SCRIPT = """
const INPUT = '[data-testid="stChatInputTextArea"]'
const BELOW = '[data-testid="stBottomBlockContainer"]'
const PAGE = '[data-testid="stAppScrollToBottomContainer"]'

function mayMove() {
  const at = document.activeElement
  return !document.querySelector('[role="dialog"]') && (!at || at === document.body || !at.matches('input, textarea'))
}

// The newest words stay in sight: when there are more of them, and when what lies below them takes more room.
function follow(talk, below, page) {
  const heights = new Map()
  const grown = new ResizeObserver((entries) => {
    let more = false
    for (const { target, contentRect } of entries) {
      more ||= contentRect.height > (heights.get(target) ?? 0)
      heights.set(target, contentRect.height)
    }
    if (more) page.scrollTop = page.scrollHeight
  })
  grown.observe(talk)
  grown.observe(below)
  return grown
}

export default function ({ data, parentElement }) {
  let tries = 0
  let grown
  const settle = () => {
    const talk = document.querySelector('.st-key-talk')
    const [input, below, page] = [INPUT, BELOW, PAGE].map((part) => document.querySelector(part))
    if (!(talk && input && below && page)) {
      if (++tries < 300) waiting = requestAnimationFrame(settle)
      return
    }
    talk.setAttribute('role', 'log')
    talk.setAttribute('aria-label', data.label)
    grown = follow(talk, below, page)
    if (parentElement.seen !== data.at && mayMove()) input.focus({ preventScroll: true })
    parentElement.seen = data.at
  }
  let waiting = requestAnimationFrame(settle)
  return () => {
    cancelAnimationFrame(waiting)
    grown?.disconnect()
  }
}
"""


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("askwell_attention", js=_SCRIPT)


def to_the_talk(label: str, at: str) -> None:
    """Make the container with the key `talk` a live region called `label`, and focus the input whenever `at` changes.

    Nobody who is writing elsewhere, or in a dialog, is interrupted.
    """
    with st.container(key="attention"):
        _component()(key="attention-script", data={"label": label, "at": at})
