"""Why a draft may not leave."""

from __future__ import annotations

from sollecito.dunning.models import Draft


class ApprovalRefusedError(Exception):
    """A draft that may not leave; ``reason`` is a stable code."""

    def __init__(self, reason: str, message: str) -> None:
        """Say why."""
        super().__init__(message)
        self.reason = reason


def note_obstacle(draft: Draft, code: str, words: str) -> ApprovalRefusedError:
    """Keep with the draft what it waits for, where the work list shows it; the error to raise."""
    draft.obstacle, draft.obstacle_text = code[:30], words[:300]
    draft.save(update_fields=["obstacle", "obstacle_text", "edits"])
    return ApprovalRefusedError(code, words)
