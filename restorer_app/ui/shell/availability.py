# SPDX-License-Identifier: Apache-2.0
"""Which commands of the window can be used now."""

from __future__ import annotations

from restorer_app.ui.document.document import Document


def enabled_commands(
    document: Document, *, is_busy: bool, is_full_screen: bool, is_masking: bool
) -> dict[str, bool]:
    """Commands that are not always there, by the name of their action.

    Args:
        document: what is open.
        is_busy: the engine works.
        is_full_screen: the window fills the screen; Escape leaves that.
        is_masking: the mask tool is on and shows a mask of its own.
    """
    restoration, stack = document.restoration, document.undo_stack
    has_photo, has_result = document.photo is not None, restoration is not None
    has_mask = restoration is not None and restoration.mask is not None
    of_photo = (
        "close_photo", "wipe", "side_by_side", "before", "after", "zoom_in", "zoom_out",
        "zoom_fit", "zoom_100",
    )  # fmt: skip
    return {
        **dict.fromkeys(of_photo, has_photo),
        **dict.fromkeys(("save", "export", "copy"), has_result and not is_busy),
        "restore": has_photo and not is_busy,
        "cancel": is_busy or is_full_screen,
        "report": has_result,
        "show_mask": has_mask and not is_masking,
        "undo": stack.canUndo(),
        "redo": stack.canRedo(),
    }
