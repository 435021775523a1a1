# SPDX-License-Identifier: Apache-2.0
"""Colours of the window in light and dark, and the few rules that Qt's own style lacks."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from restorer_app.paths import resources_folder
from restorer_app.ui.appearance.settings import Settings, Theme


@dataclass(frozen=True)
class Colours:
    """One scheme. Text on its ground has a contrast of at least 4.5 (tested)."""

    window: str
    panel: str
    card: str
    border: str
    text: str
    muted: str
    disabled: str
    button: str
    hover: str
    accent: str
    accent_hover: str
    focus: str
    link: str
    on_accent: str
    canvas: str
    error_ground: str
    error_text: str
    notice_ground: str
    notice_text: str


LIGHT = Colours(
    window="#f3f3f4",
    panel="#f3f3f4",
    card="#ffffff",
    border="#d9d9dd",
    text="#1d1d21",
    muted="#5d5d66",
    disabled="#a2a2aa",
    button="#fdfdfd",
    hover="#e8e8ec",
    accent="#1f6feb",
    accent_hover="#1a60cf",
    focus="#0b2d66",
    link="#1a60cf",
    on_accent="#ffffff",
    canvas="#d4d4d8",
    error_ground="#fde8e6",
    error_text="#8c1d13",
    notice_ground="#e3eefc",
    notice_text="#123f80",
)

DARK = Colours(
    window="#1e1f22",
    panel="#1e1f22",
    card="#2a2b2f",
    border="#3b3d43",
    text="#e8e8ea",
    muted="#a5a7af",
    disabled="#66686f",
    button="#33353a",
    hover="#3d3f45",
    accent="#2f75e0",
    accent_hover="#3a7ce3",
    focus="#cfe2ff",
    link="#8ab6ff",
    on_accent="#ffffff",
    canvas="#141517",
    error_ground="#4a2321",
    error_text="#ffc9c4",
    notice_ground="#1d3354",
    notice_text="#cfe2ff",
)


class ThemeController(QObject):
    """Applies the scheme the user chose, or the system's, and follows its changes."""

    def __init__(self, app: QApplication, settings: Settings) -> None:
        super().__init__(app)
        self._app = app
        self._settings = settings
        settings.theme_changed.connect(self.apply)
        app.styleHints().colorSchemeChanged.connect(self.apply)

    def apply(self) -> None:
        """Set palette and style sheet; widgets repaint themselves."""
        colours = self.colours
        self._app.setPalette(make_palette(colours))
        self._app.setStyleSheet(make_style_sheet(colours))

    @property
    def colours(self) -> Colours:
        """The scheme in force."""
        theme = self._settings.theme
        if theme is Theme.SYSTEM:
            is_dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        else:
            is_dark = theme is Theme.DARK
        return DARK if is_dark else LIGHT


def make_palette(colours: Colours) -> QPalette:
    """The palette of a scheme; Fusion draws every control from it."""
    role = QPalette.ColorRole
    palette = QPalette()
    pairs = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.card,
        role.AlternateBase: colours.panel,
        role.Text: colours.text,
        role.Button: colours.button,
        role.ButtonText: colours.text,
        role.ToolTipBase: colours.card,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Accent: colours.accent,
        role.Link: colours.accent,
        role.Mid: colours.border,
        role.Dark: colours.canvas,
        role.BrightText: colours.error_text,
    }
    for each, colour in pairs.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(colours.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.disabled))
    return palette


def make_style_sheet(colours: Colours) -> str:
    """Cards, the one big button, segmented switches, banners. All else is Fusion's."""
    c = colours
    return f"""
    QToolTip {{ color: {c.text}; background: {c.card}; border: 1px solid {c.border};
        padding: 3px; }}
    QToolBar {{ background: {c.window}; border: none; border-bottom: 1px solid {c.border};
        padding: 4px 6px; spacing: 2px; }}
    QToolBar QToolButton {{ border: none; border-radius: 5px; padding: 5px; color: {c.text}; }}
    QToolBar QToolButton:hover {{ background: {c.hover}; }}
    QToolBar QToolButton:checked {{ background: {c.hover}; }}
    QToolBar QToolButton:pressed {{ background: {c.border}; }}
    QToolBar::separator {{ background: {c.border}; width: 1px; margin: 5px 6px; }}
    QToolButton::menu-indicator {{ image: none; }}
    QToolButton:focus {{ outline: none; border: 1px solid {c.accent}; }}
    QStatusBar {{ background: {c.window}; border-top: 1px solid {c.border}; color: {c.muted}; }}
    QStatusBar QLabel {{ color: {c.muted}; padding: 2px 6px; }}
    QStatusBar::item {{ border: none; }}
    #stepPanel {{ background: {c.panel}; border: none; border-right: 1px solid {c.border}; }}
    #stepPanel QScrollArea, #stepList {{ background: transparent; border: none; }}
    #stepCard {{ background: {c.card}; border: 1px solid {c.border}; border-radius: 8px; }}
    #heading {{ font-weight: 600; }}
    #title {{ font-size: 19px; font-weight: 600; }}
    #muted {{ color: {c.muted}; }}
    #muted:disabled {{ color: {c.disabled}; }}
    QPushButton {{ background: {c.button}; color: {c.text}; border: 1px solid {c.border};
        border-radius: 6px; padding: 5px 14px; min-height: 16px; }}
    QPushButton:hover {{ background: {c.hover}; }}
    QPushButton:pressed {{ background: {c.border}; }}
    QPushButton:disabled {{ color: {c.disabled}; background: {c.window}; }}
    QPushButton:focus, QPushButton:default {{ border-color: {c.accent}; }}
    QPushButton:flat {{ border-color: transparent; background: transparent; color: {c.link}; }}
    QPushButton:flat:hover {{ background: {c.hover}; }}
    QPushButton#primary {{ background: {c.accent}; color: {c.on_accent}; border: none;
        border-radius: 7px; padding: 10px 18px; font-weight: 600; font-size: 15px; }}
    QPushButton#primary:hover {{ background: {c.accent_hover}; }}
    QPushButton#primary:pressed {{ background: {c.accent}; }}
    QPushButton#primary:disabled {{ background: {c.border}; color: {c.muted}; }}
    QPushButton#primary:focus {{ border: 2px solid {c.focus}; padding: 8px 16px; }}
    QTreeView::item {{ padding: 0 4px; }}
    QHeaderView::section {{ background: {c.panel}; color: {c.muted}; border: none;
        border-bottom: 1px solid {c.border}; padding: 4px 6px; }}
    QTreeView, QPlainTextEdit {{ border: 1px solid {c.border}; border-radius: 6px; }}
    #disclosure {{ border: none; background: transparent; color: {c.muted}; padding: 0; }}
    #disclosure:hover {{ color: {c.text}; }}
    #disclosure:focus {{ color: {c.text}; border: none; text-decoration: underline; }}
    #segments {{ background: {c.hover}; border-radius: 6px; }}
    #segments QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 2px 7px;
        color: {c.muted}; background: transparent; }}
    #segments QToolButton:hover {{ color: {c.text}; }}
    #segments QToolButton:checked {{ background: {c.card}; color: {c.text};
        border: 1px solid {c.border}; }}
    #segments QToolButton:focus {{ border: 1px solid {c.accent}; }}
    #segments QToolButton:disabled {{ color: {c.disabled}; }}
    #banner {{ background: {c.notice_ground}; border: none; }}
    #banner QLabel {{ color: {c.notice_text}; }}
    #banner[severity="error"] {{ background: {c.error_ground}; }}
    #banner[severity="error"] QLabel {{ color: {c.error_text}; }}
    #styleGallery {{ background: {c.panel}; border: none; border-left: 1px solid {c.border}; }}
    #styleGallery[hovered="true"] {{ border: 2px solid {c.accent}; }}
    #styleGrid {{ background: {c.panel}; border: none; }}
    QDockWidget {{ color: {c.text}; font-weight: 600; }}
    QDockWidget::title {{ background: {c.panel}; border-left: 1px solid {c.border};
        padding: 9px 12px 3px 12px; text-align: left; }}
    #maskBar {{ background: {c.panel}; border: none; border-bottom: 1px solid {c.border}; }}
    #barLine {{ color: {c.border}; }}
    #jobBar {{ background: {c.panel}; border: none; border-top: 1px solid {c.border}; }}
    #dropZone {{ border: 2px dashed {c.border}; border-radius: 14px; background: transparent; }}
    #dropZone[hovered="true"] {{ border-color: {c.accent}; }}
    #welcome {{ background: {c.window}; }}
    QProgressBar {{ border: none; border-radius: 3px; background: {c.border}; max-height: 6px; }}
    QProgressBar::chunk {{ background: {c.accent}; border-radius: 3px; }}
    """


def icon(name: str, palette: QPalette, size_px: int = 20) -> QIcon:
    """A symbol of resources/icons in the palette's text colour, dimmed where disabled.

    Args:
        name: the file's name without ".svg".
        palette: whose ButtonText colours the drawing.
        size_px: in logical pixels; drawn for screens of one, two and three times as many.
    """
    renderer = QSvgRenderer(str(resources_folder() / "icons" / f"{name}.svg"))
    result = QIcon()
    groups = QPalette.ColorGroup
    for mode, group in (
        (QIcon.Mode.Normal, groups.Active),
        (QIcon.Mode.Disabled, groups.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        for ratio in (1, 2, 3):
            result.addPixmap(_draw(renderer, QSize(size_px, size_px) * ratio, ratio, colour), mode)
    return result


def _draw(renderer: QSvgRenderer, size: QSize, ratio: int, colour: QColor) -> QPixmap:
    pixmap = QPixmap(size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(pixmap.rect(), colour)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
