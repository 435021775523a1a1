<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name></name>
    <message>
        <source>&amp;Open…</source>
        <translation>Ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open a photo</source>
        <translation>Ein Foto öffnen</translation>
    </message>
    <message>
        <source>Open &amp;sample photo</source>
        <translation>&amp;Beispielfoto öffnen</translation>
    </message>
    <message>
        <source>Open the photo that comes with the program</source>
        <translation>Das Foto öffnen, das dem Programm beiliegt</translation>
    </message>
    <message>
        <source>&amp;Clear list</source>
        <translation>&amp;Liste leeren</translation>
    </message>
    <message>
        <source>Forget the photos opened last</source>
        <translation>Die zuletzt geöffneten Fotos vergessen</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>Save the result; asks where to the first time</source>
        <translation>Das Ergebnis speichern; fragt beim ersten Mal, wohin</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <source>Save the result with a choice of format, quality and size on paper</source>
        <translation>Das Ergebnis mit Wahl von Format, Qualität und Größe auf Papier speichern</translation>
    </message>
    <message>
        <source>&amp;Close photo</source>
        <translation>Foto s&amp;chließen</translation>
    </message>
    <message>
        <source>Close this photo</source>
        <translation>Dieses Foto schließen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>End the program</source>
        <translation>Das Programm beenden</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>Undo the last change of a step</source>
        <translation>Die letzte Änderung eines Schrittes rückgängig machen</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>Do again what was undone</source>
        <translation>Rückgängig Gemachtes wieder anwenden</translation>
    </message>
    <message>
        <source>&amp;Copy result</source>
        <translation>Ergebnis &amp;kopieren</translation>
    </message>
    <message>
        <source>Copy the restored photo</source>
        <translation>Das restaurierte Foto kopieren</translation>
    </message>
    <message>
        <source>&amp;Paste photo</source>
        <translation>Foto &amp;einfügen</translation>
    </message>
    <message>
        <source>Open the picture on the clipboard</source>
        <translation>Das Bild aus der Zwischenablage öffnen</translation>
    </message>
    <message>
        <source>Pre&amp;ferences…</source>
        <translation>Einste&amp;llungen …</translation>
    </message>
    <message>
        <source>Device, colours, language, limits</source>
        <translation>Gerät, Farben, Sprache, Grenzen</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Restaurieren</translation>
    </message>
    <message>
        <source>Restore the photo</source>
        <translation>Das Foto restaurieren</translation>
    </message>
    <message>
        <source>&amp;Stop</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Stop what is running</source>
        <translation>Anhalten, was gerade läuft</translation>
    </message>
    <message>
        <source>What was &amp;done…</source>
        <translation>Was &amp;getan wurde …</translation>
    </message>
    <message>
        <source>What every step did, why, and how long it took</source>
        <translation>Was jeder Schritt getan hat, warum, und wie lange es dauerte</translation>
    </message>
    <message>
        <source>&amp;Networks…</source>
        <translation>&amp;Netze …</translation>
    </message>
    <message>
        <source>The networks that steps can use</source>
        <translation>Die Netze, die Schritte benutzen können</translation>
    </message>
    <message>
        <source>&amp;Keyboard</source>
        <translation>&amp;Tastatur</translation>
    </message>
    <message>
        <source>All keys of the window</source>
        <translation>Alle Tasten des Fensters</translation>
    </message>
    <message>
        <source>&amp;About Restorer</source>
        <translation>Ü&amp;ber Restorer</translation>
    </message>
    <message>
        <source>Version and licences</source>
        <translation>Version und Lizenzen</translation>
    </message>
    <message>
        <source>&amp;Wipe</source>
        <translation>&amp;Teiler</translation>
    </message>
    <message>
        <source>Before and after with a divider to drag</source>
        <translation>Vorher und Nachher mit einem verschiebbaren Teiler</translation>
    </message>
    <message>
        <source>&amp;Side by side</source>
        <translation>&amp;Nebeneinander</translation>
    </message>
    <message>
        <source>Before and after side by side</source>
        <translation>Vorher und Nachher nebeneinander</translation>
    </message>
    <message>
        <source>&amp;Before</source>
        <translation>&amp;Vorher</translation>
    </message>
    <message>
        <source>Only the original (hold O to peek at it)</source>
        <translation>Nur das Original (O halten zeigt es kurz)</translation>
    </message>
    <message>
        <source>&amp;After</source>
        <translation>N&amp;achher</translation>
    </message>
    <message>
        <source>Only the result</source>
        <translation>Nur das Ergebnis</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>Show larger</source>
        <translation>Größer zeigen</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Show smaller</source>
        <translation>Kleiner zeigen</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>Ein&amp;passen</translation>
    </message>
    <message>
        <source>Show the whole photo</source>
        <translation>Das ganze Foto zeigen</translation>
    </message>
    <message>
        <source>&amp;100 %</source>
        <translation>&amp;100 %</translation>
    </message>
    <message>
        <source>One pixel of the photo per pixel of the screen</source>
        <translation>Ein Bildpunkt des Fotos je Bildpunkt des Bildschirms</translation>
    </message>
    <message>
        <source>Repaired &amp;places</source>
        <translation>Ausgebesserte &amp;Stellen</translation>
    </message>
    <message>
        <source>Show in red what the scratch step filled in</source>
        <translation>Rot zeigen, was der Kratzer-Schritt gefüllt hat</translation>
    </message>
    <message>
        <source>S&amp;teps</source>
        <translation>S&amp;chritte</translation>
    </message>
    <message>
        <source>Show the steps on the left</source>
        <translation>Die Schritte links zeigen</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation>Voll&amp;bild</translation>
    </message>
    <message>
        <source>Use the whole screen</source>
        <translation>Den ganzen Bildschirm nutzen</translation>
    </message>
    <message>
        <source>&amp;Mask tool</source>
        <translation>&amp;Maskenwerkzeug</translation>
    </message>
    <message>
        <source>Paint what is to be repaired</source>
        <translation>Aufmalen, was repariert werden soll</translation>
    </message>
    <message>
        <source>S&amp;maller</source>
        <translation>&amp;Kleiner</translation>
    </message>
    <message>
        <source>A smaller brush (also Ctrl and the mouse wheel)</source>
        <translation>Kleinerer Pinsel (auch Strg und Mausrad)</translation>
    </message>
    <message>
        <source>&amp;Larger</source>
        <translation>&amp;Größer</translation>
    </message>
    <message>
        <source>A larger brush (also Ctrl and the mouse wheel)</source>
        <translation>Größerer Pinsel (auch Strg und Mausrad)</translation>
    </message>
    <message>
        <source>So&amp;fter</source>
        <translation>&amp;Weicher</translation>
    </message>
    <message>
        <source>A softer edge (also Shift and the mouse wheel)</source>
        <translation>Weicherer Rand (auch Umschalt und Mausrad)</translation>
    </message>
    <message>
        <source>&amp;Harder</source>
        <translation>&amp;Härter</translation>
    </message>
    <message>
        <source>A sharper edge (also Shift and the mouse wheel)</source>
        <translation>Schärferer Rand (auch Umschalt und Mausrad)</translation>
    </message>
    <message>
        <source>Find &amp;damage</source>
        <translation>&amp;Schäden suchen</translation>
    </message>
    <message>
        <source>Find scratches and dust; what you painted stays</source>
        <translation>Kratzer und Staub suchen; Gemaltes bleibt</translation>
    </message>
    <message>
        <source>&amp;Grow</source>
        <translation>&amp;Verbreitern</translation>
    </message>
    <message>
        <source>Make everything marked a little wider</source>
        <translation>Alles Markierte etwas breiter machen</translation>
    </message>
    <message>
        <source>Sh&amp;rink</source>
        <translation>Ve&amp;rschmälern</translation>
    </message>
    <message>
        <source>Make everything marked a little narrower</source>
        <translation>Alles Markierte etwas schmaler machen</translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation>&amp;Umkehren</translation>
    </message>
    <message>
        <source>Mark what is not marked, and unmark the rest</source>
        <translation>Markieren, was nicht markiert ist, und umgekehrt</translation>
    </message>
    <message>
        <source>&amp;Clear</source>
        <translation>&amp;Leeren</translation>
    </message>
    <message>
        <source>Mark nothing at all</source>
        <translation>Gar nichts markieren</translation>
    </message>
    <message>
        <source>Im&amp;port mask…</source>
        <translation>Maske im&amp;portieren …</translation>
    </message>
    <message>
        <source>Take a black-and-white picture of the photo&apos;s size; white is repaired</source>
        <translation>Ein Schwarz-Weiß-Bild von der Größe des Fotos nehmen; Weiß wird repariert</translation>
    </message>
    <message>
        <source>E&amp;xport mask…</source>
        <translation>Maske e&amp;xportieren …</translation>
    </message>
    <message>
        <source>Save the mask as a PNG picture</source>
        <translation>Die Maske als PNG-Bild speichern</translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation>&amp;Pinsel</translation>
    </message>
    <message>
        <source>Mark damage; the right button takes away</source>
        <translation>Schäden markieren; die rechte Taste nimmt weg</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>&amp;Radierer</translation>
    </message>
    <message>
        <source>Take away what is marked; the right button marks</source>
        <translation>Markiertes wegnehmen; die rechte Taste markiert</translation>
    </message>
    <message>
        <source>Li&amp;ne</source>
        <translation>Li&amp;nie</translation>
    </message>
    <message>
        <source>Drag a straight line, or click along a scratch and end with a double click</source>
        <translation>Eine gerade Linie ziehen oder an einem Kratzer entlang klicken und mit einem Doppelklick enden</translation>
    </message>
    <message>
        <source>L&amp;asso</source>
        <translation>L&amp;asso</translation>
    </message>
    <message>
        <source>Draw around an area to mark it; the right button takes it away</source>
        <translation>Eine Fläche umfahren, um sie zu markieren; die rechte Taste nimmt sie weg</translation>
    </message>
    <message>
        <source>&amp;Smart scratch</source>
        <translation>K&amp;luger Kratzer</translation>
    </message>
    <message>
        <source>Click on a scratch: it is followed to its ends</source>
        <translation>Auf einen Kratzer klicken: Er wird bis zu seinen Enden verfolgt</translation>
    </message>
    <message>
        <source>Magic clic&amp;k</source>
        <translation>Magischer &amp;Klick</translation>
    </message>
    <message>
        <source>Click on one place that was found to take it or to drop it</source>
        <translation>Auf eine gefundene Stelle klicken, um sie zu nehmen oder fallen zu lassen</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Presets</source>
        <translation>&amp;Vorlagen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Restoration</source>
        <translation>&amp;Restaurierung</translation>
    </message>
    <message>
        <source>&amp;Mask</source>
        <translation>&amp;Maske</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Toolbar</source>
        <translation>Werkzeugleiste</translation>
    </message>
    <message>
        <source>Scratches and dust</source>
        <translation>Kratzer und Staub</translation>
    </message>
    <message>
        <source>Noise and grain</source>
        <translation>Rauschen und Korn</translation>
    </message>
    <message>
        <source>Colour and contrast</source>
        <translation>Farbe und Kontrast</translation>
    </message>
    <message>
        <source>Finds scratches, dust, stains and creases and fills them in.</source>
        <translation>Findet Kratzer, Staub, Flecken und Knicke und füllt sie.</translation>
    </message>
    <message>
        <source>Removes film grain, noise and the blocks of JPEG compression.</source>
        <translation>Entfernt Filmkorn, Rauschen und die Blöcke der JPEG-Kompression.</translation>
    </message>
    <message>
        <source>Brings back faded colours and contrast and removes a colour cast.</source>
        <translation>Holt verblasste Farben und Kontrast zurück und entfernt einen Farbstich.</translation>
    </message>
    <message>
        <source>Opening the photo</source>
        <translation>Foto wird geöffnet</translation>
    </message>
    <message>
        <source>Loading the engine</source>
        <translation>Rechenwerk wird geladen</translation>
    </message>
    <message>
        <source>Preparing the picture</source>
        <translation>Bild wird vorbereitet</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Wird gespeichert</translation>
    </message>
    <message>
        <source>Putting it together</source>
        <translation>Wird zusammengesetzt</translation>
    </message>
    <message>
        <source>Looking at the photo</source>
        <translation>Foto wird betrachtet</translation>
    </message>
    <message>
        <source>Looking for damage</source>
        <translation>Schäden werden gesucht</translation>
    </message>
    <message>
        <source>Reading or writing the mask</source>
        <translation>Maske wird gelesen oder geschrieben</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Gentle</source>
        <translation>Behutsam</translation>
    </message>
    <message>
        <source>Fresh from the scanner</source>
        <translation>Frisch vom Scanner</translation>
    </message>
    <message>
        <source>Everything on</source>
        <translation>Alles ein</translation>
    </message>
    <message>
        <source>Best available</source>
        <translation>Bestes verfügbares</translation>
    </message>
    <message>
        <source>Classical (no network)</source>
        <translation>Klassisch (ohne Netz)</translation>
    </message>
    <message>
        <source>almost done</source>
        <translation>fast fertig</translation>
    </message>
    <message>
        <source>about {0} s left</source>
        <translation>noch etwa {0} s</translation>
    </message>
    <message>
        <source>about {0} min left</source>
        <translation>noch etwa {0} min</translation>
    </message>
    <message>
        <source>about {0} h left</source>
        <translation>noch etwa {0} h</translation>
    </message>
    <message>
        <source>grey</source>
        <translation>grau</translation>
    </message>
    <message>
        <source>colour</source>
        <translation>farbig</translation>
    </message>
    <message>
        <source>{0}-bit {1}</source>
        <translation>{0} Bit, {1}</translation>
    </message>
    <message>
        <source>{0} is the original. Its present content would be lost for good. Replace it?</source>
        <translation>{0} ist das Original. Sein jetziger Inhalt ginge endgültig verloren. Ersetzen?</translation>
    </message>
    <message>
        <source>{0} exists already. Replace it?</source>
        <translation>{0} gibt es schon. Ersetzen?</translation>
    </message>
    <message>
        <source>Replace a file</source>
        <translation>Datei ersetzen</translation>
    </message>
    <message>
        <source>Brush stroke</source>
        <translation>Pinselstrich</translation>
    </message>
    <message>
        <source>Eraser stroke</source>
        <translation>Radierstrich</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>Linie</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>Lasso</translation>
    </message>
    <message>
        <source>There is nothing here that was found or painted.</source>
        <translation>Hier ist nichts, was gefunden oder gemalt wurde.</translation>
    </message>
    <message>
        <source>Drop a place</source>
        <translation>Stelle fallen lassen</translation>
    </message>
    <message>
        <source>Take a place</source>
        <translation>Stelle nehmen</translation>
    </message>
</context>
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Restorer</source>
        <translation>Über Restorer</translation>
    </message>
    <message>
        <source>Repairs old photographs on your own computer.
No photo leaves it, and no account is needed.</source>
        <translation>Repariert alte Fotos auf dem eigenen Computer.
Kein Foto verlässt ihn, und kein Konto ist nötig.</translation>
    </message>
    <message>
        <source>Free software under the Apache License 2.0. Qt is used under the LGPL.</source>
        <translation>Freie Software unter der Apache-Lizenz 2.0. Qt wird unter der LGPL benutzt.</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>Details…</source>
        <translation>Einzelheiten …</translation>
    </message>
    <message>
        <source>Show what happened in full</source>
        <translation>Ausführlich zeigen, was geschehen ist</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Photo, before and after</source>
        <translation>Foto, vorher und nachher</translation>
    </message>
    <message>
        <source>Before and after, divider at {percent} %</source>
        <translation>Vorher und Nachher, Teiler bei {percent} %</translation>
    </message>
    <message>
        <source>Before and after side by side</source>
        <translation>Vorher und Nachher nebeneinander</translation>
    </message>
    <message>
        <source>The photo, not restored yet</source>
        <translation>Das Foto, noch nicht restauriert</translation>
    </message>
    <message>
        <source>Arrow keys move the photo, plus and minus zoom, 0 fits it, 1 shows 100 %, Ctrl with left and right moves the divider, O held down shows the original.</source>
        <translation>Pfeiltasten verschieben das Foto, Plus und Minus zoomen, 0 passt es ein, 1 zeigt 100 %, Strg mit Links und Rechts bewegt den Teiler, O gehalten zeigt das Original.</translation>
    </message>
</context>
<context>
    <name>DialogOpener</name>
    <message>
        <source>Open a photo</source>
        <translation>Ein Foto öffnen</translation>
    </message>
    <message>
        <source>Photos ({0});;All files (*)</source>
        <translation>Fotos ({0});;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Import a mask</source>
        <translation>Maske importieren</translation>
    </message>
    <message>
        <source>Pictures ({0})</source>
        <translation>Bilder ({0})</translation>
    </message>
    <message>
        <source>Export the mask</source>
        <translation>Maske exportieren</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG-Bild (*.png)</translation>
    </message>
    <message>
        <source>Unsaved result</source>
        <translation>Ungespeichertes Ergebnis</translation>
    </message>
    <message>
        <source>The restored photo has not been saved.</source>
        <translation>Das restaurierte Foto ist nicht gespeichert.</translation>
    </message>
    <message>
        <source>Unsaved mask</source>
        <translation>Nicht gespeicherte Maske</translation>
    </message>
    <message>
        <source>The mask that you painted has not been used yet.</source>
        <translation>Die gemalte Maske wurde noch nicht verwendet.</translation>
    </message>
    <message>
        <source>Save it before going on?</source>
        <translation>Vor dem Weitermachen speichern?</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>&amp;Browse…</source>
        <translation>&amp;Durchsuchen …</translation>
    </message>
    <message>
        <source>&amp;Keep camera and caption data (EXIF, XMP, IPTC)</source>
        <translation>&amp;Kamera- und Bildangaben behalten (EXIF, XMP, IPTC)</translation>
    </message>
    <message>
        <source>8 bits per channel</source>
        <translation>8 Bit je Kanal</translation>
    </message>
    <message>
        <source>16 bits per channel</source>
        <translation>16 Bit je Kanal</translation>
    </message>
    <message>
        <source>mm</source>
        <translation>mm</translation>
    </message>
    <message>
        <source>inches</source>
        <translation>Zoll</translation>
    </message>
    <message>
        <source> dpi</source>
        <translation> dpi</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>&amp;Format</source>
        <translation>&amp;Format</translation>
    </message>
    <message>
        <source>&amp;Quality</source>
        <translation>&amp;Qualität</translation>
    </message>
    <message>
        <source>&amp;Depth</source>
        <translation>&amp;Tiefe</translation>
    </message>
    <message>
        <source>&amp;Resolution</source>
        <translation>&amp;Auflösung</translation>
    </message>
    <message>
        <source>&amp;Size on paper</source>
        <translation>&amp;Größe auf Papier</translation>
    </message>
    <message>
        <source>{0} × {1} pixels; the size on paper changes none of them.</source>
        <translation>{0} × {1} Bildpunkte; die Größe auf Papier ändert keinen davon.</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportieren</translation>
    </message>
    <message>
        <source>Where the result is written</source>
        <translation>Wohin das Ergebnis geschrieben wird</translation>
    </message>
    <message>
        <source>Browse</source>
        <translation>Durchsuchen</translation>
    </message>
    <message>
        <source>Choose folder and name</source>
        <translation>Ordner und Namen wählen</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>The kind of file</source>
        <translation>Die Art der Datei</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Higher keeps more and needs more space; 92 is hard to tell from the result</source>
        <translation>Höher bewahrt mehr und braucht mehr Platz; 92 ist kaum vom Ergebnis zu unterscheiden</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>16 bits are for further editing</source>
        <translation>16 Bit sind für die weitere Bearbeitung</translation>
    </message>
    <message>
        <source>Keep metadata</source>
        <translation>Angaben behalten</translation>
    </message>
    <message>
        <source>Date, camera, place and captions; the colour profile is always kept</source>
        <translation>Datum, Kamera, Ort und Bildtexte; das Farbprofil bleibt immer erhalten</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>Auflösung</translation>
    </message>
    <message>
        <source>Dots per inch on paper</source>
        <translation>Punkte je Zoll auf Papier</translation>
    </message>
    <message>
        <source>Width on paper</source>
        <translation>Breite auf Papier</translation>
    </message>
    <message>
        <source>Sets the resolution</source>
        <translation>Bestimmt die Auflösung</translation>
    </message>
    <message>
        <source>Height on paper</source>
        <translation>Höhe auf Papier</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>Millimetres or inches</source>
        <translation>Millimeter oder Zoll</translation>
    </message>
    <message>
        <source>The photo has 16 bits per channel; 8 of them will be kept.</source>
        <translation>Das Foto hat 16 Bit je Kanal; 8 davon bleiben.</translation>
    </message>
    <message>
        <source>{0} holds no transparency.</source>
        <translation>{0} speichert keine Transparenz.</translation>
    </message>
    <message>
        <source>{0} leaves out fine detail to save space.</source>
        <translation>{0} lässt feine Einzelheiten weg, um Platz zu sparen.</translation>
    </message>
    <message>
        <source>WebP holds no IPTC captions.</source>
        <translation>WebP speichert keine IPTC-Bildtexte.</translation>
    </message>
    <message>
        <source>{0} holds at most {1} pixels per side: too few for this photo.</source>
        <translation>{0} speichert höchstens {1} Bildpunkte je Seite: zu wenige für dieses Foto.</translation>
    </message>
    <message>
        <source>This format keeps everything.</source>
        <translation>Dieses Format bewahrt alles.</translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop this work (Esc)</source>
        <translation>Diese Arbeit anhalten (Esc)</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten …</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>The program ended unexpectedly while you worked on {0}.</source>
        <translation>Das Programm wurde unerwartet beendet, während Sie an {0} arbeiteten.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard.</source>
        <translation>In der Zwischenablage ist kein Bild.</translation>
    </message>
    <message>
        <source>Preset {0}</source>
        <translation>Vorlage {0}</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>This photo needs no repair: nothing was changed.</source>
        <translation>Dieses Foto braucht keine Reparatur: nichts wurde geändert.</translation>
    </message>
    <message>
        <source>&amp;Undo {0}</source>
        <translation>&amp;Rückgängig: {0}</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
</context>
<context>
    <name>MaskBar</name>
    <message>
        <source>Mask tools</source>
        <translation>Maskenwerkzeuge</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Width of the brush ([ and ])</source>
        <translation>Breite des Pinsels ([ und ])</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>Härte</translation>
    </message>
    <message>
        <source>How sharp the edge of the brush is (, and .)</source>
        <translation>Wie scharf der Rand des Pinsels ist (, und .)</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>Deckkraft</translation>
    </message>
    <message>
        <source>How strongly the red layer covers the photo</source>
        <translation>Wie stark die rote Schicht das Foto deckt</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Leave the mask tool (M); the mask stays</source>
        <translation>Das Maskenwerkzeug verlassen (M); die Maske bleibt</translation>
    </message>
</context>
<context>
    <name>MaskDocument</name>
    <message>
        <source>Find damage</source>
        <translation>Schäden suchen</translation>
    </message>
    <message>
        <source>Import mask</source>
        <translation>Maske importieren</translation>
    </message>
    <message>
        <source>Clear mask</source>
        <translation>Maske leeren</translation>
    </message>
    <message>
        <source>Invert mask</source>
        <translation>Maske umkehren</translation>
    </message>
    <message>
        <source>Grow mask</source>
        <translation>Maske verbreitern</translation>
    </message>
    <message>
        <source>Shrink mask</source>
        <translation>Maske verschmälern</translation>
    </message>
</context>
<context>
    <name>MaskMode</name>
    <message>
        <source>There is no mask yet: find damage, or paint.</source>
        <translation>Es gibt noch keine Maske: Suchen Sie Schäden oder malen Sie.</translation>
    </message>
    <message>
        <source>Scratches and dust are switched off: Restore will not use the mask.</source>
        <translation>Kratzer und Staub sind ausgeschaltet: Restaurieren wird die Maske nicht verwenden.</translation>
    </message>
    <message>
        <source>The mask is {0} now.</source>
        <translation>Die Maske ist jetzt {0}.</translation>
    </message>
    <message>
        <source>There is no line here that could be followed.</source>
        <translation>Hier ist keine Linie, der man folgen könnte.</translation>
    </message>
    <message>
        <source>The mask is saved as {0}.</source>
        <translation>Die Maske ist als {0} gespeichert.</translation>
    </message>
    <message>
        <source>mask.png</source>
        <translation>Maske.png</translation>
    </message>
    <message>
        <source> (mask)</source>
        <translation> (Maske)</translation>
    </message>
</context>
<context>
    <name>MaskPainter</name>
    <message>
        <source>Smart scratch</source>
        <translation>Kluger Kratzer</translation>
    </message>
</context>
<context>
    <name>ModelsDialog</name>
    <message>
        <source>Networks</source>
        <translation>Netze</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>About this network</source>
        <translation>Über dieses Netz</translation>
    </message>
    <message>
        <source>&amp;Add…</source>
        <translation>&amp;Hinzufügen …</translation>
    </message>
    <message>
        <source>Add a network from a file</source>
        <translation>Ein Netz aus einer Datei hinzufügen</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>&amp;Entfernen</translation>
    </message>
    <message>
        <source>Delete this network from this computer</source>
        <translation>Dieses Netz von diesem Computer löschen</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>Every step also has a classical method, which needs no network.</source>
        <translation>Jeder Schritt hat auch ein klassisches Verfahren, das kein Netz braucht.</translation>
    </message>
    <message>
        <source>the program</source>
        <translation>dem Programm</translation>
    </message>
    <message>
        <source>trained by you</source>
        <translation>von Ihnen trainiert</translation>
    </message>
    <message>
        <source>added by you</source>
        <translation>von Ihnen hinzugefügt</translation>
    </message>
    <message>
        <source>There are no networks yet; every step uses its classical method.</source>
        <translation>Es gibt noch keine Netze; jeder Schritt benutzt sein klassisches Verfahren.</translation>
    </message>
    <message>
        <source>Add a network</source>
        <translation>Ein Netz hinzufügen</translation>
    </message>
    <message>
        <source>Networks ({0})</source>
        <translation>Netze ({0})</translation>
    </message>
    <message>
        <source>Remove a network</source>
        <translation>Ein Netz entfernen</translation>
    </message>
    <message>
        <source>Delete {0} from this computer?</source>
        <translation>{0} von diesem Computer löschen?</translation>
    </message>
</context>
<context>
    <name>PhotoStatus</name>
    <message>
        <source>Size of the photo</source>
        <translation>Größe des Fotos</translation>
    </message>
    <message>
        <source>Bits per channel</source>
        <translation>Bit je Kanal</translation>
    </message>
    <message>
        <source>Colour profile</source>
        <translation>Farbprofil</translation>
    </message>
    <message>
        <source>Pixel under the pointer</source>
        <translation>Bildpunkt unter dem Zeiger</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>sRGB (no profile)</source>
        <translation>sRGB (kein Profil)</translation>
    </message>
    <message>
        <source>embedded profile</source>
        <translation>eingebettetes Profil</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>&amp;Colours</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>Wirkt beim nächsten Start.</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>&amp;Gerät</translation>
    </message>
    <message>
        <source>What networks run on. A graphics card is many times faster.</source>
        <translation>Worauf Netze rechnen. Eine Grafikkarte ist viele Male schneller.</translation>
    </message>
    <message>
        <source>Largest &amp;photo</source>
        <translation>Größtes &amp;Foto</translation>
    </message>
    <message>
        <source>Larger files are refused: most of them are damaged or harmful.</source>
        <translation>Größere Dateien werden abgelehnt: Die meisten sind beschädigt oder schädlich.</translation>
    </message>
    <message>
        <source>&amp;Memory for steps</source>
        <translation>S&amp;peicher für Schritte</translation>
    </message>
    <message>
        <source>How much the engine keeps, so that a changed step need not start over.</source>
        <translation>Wie viel das Rechenwerk behält, damit ein geänderter Schritt nicht von vorn beginnt.</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Best available</source>
        <translation>Bestes verfügbares</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>Prozessor</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>NVIDIA-Grafikkarte (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics processor (Metal)</source>
        <translation>Apple-Grafikprozessor (Metal)</translation>
    </message>
    <message>
        <source> megapixels</source>
        <translation> Megapixel</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>What was done</source>
        <translation>Was getan wurde</translation>
    </message>
    <message>
        <source>{0} s in all, at most {1} of memory</source>
        <translation>{0} s insgesamt, höchstens {1} Speicher</translation>
    </message>
    <message>
        <source>Copy as JSON</source>
        <translation>Als JSON kopieren</translation>
    </message>
    <message>
        <source>Copy every number of this report</source>
        <translation>Jede Zahl dieses Berichts kopieren</translation>
    </message>
    <message>
        <source>{0}, {1} s on {2}, strength {3} %</source>
        <translation>{0}, {1} s auf {2}, Stärke {3} %</translation>
    </message>
    <message>
        <source>; kept from an earlier restore</source>
        <translation>; aufgehoben von einer früheren Restaurierung</translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>Restored photo.png</source>
        <translation>Restauriertes Foto.png</translation>
    </message>
    <message>
        <source>Save the result</source>
        <translation>Das Ergebnis speichern</translation>
    </message>
    <message>
        <source>Saved as {0}. {1}</source>
        <translation>Gespeichert als {0}. {1}</translation>
    </message>
    <message>
        <source>The result is on the clipboard.</source>
        <translation>Das Ergebnis ist in der Zwischenablage.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>What it does</source>
        <translation>Was es tut</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>See the original while held</source>
        <translation>Das Original sehen, solange gehalten</translation>
    </message>
    <message>
        <source>Move the photo</source>
        <translation>Das Foto verschieben</translation>
    </message>
    <message>
        <source>Arrow keys, or Space and drag</source>
        <translation>Pfeiltasten, oder Leertaste und ziehen</translation>
    </message>
    <message>
        <source>Move the divider</source>
        <translation>Den Teiler verschieben</translation>
    </message>
    <message>
        <source>Ctrl+Left, Ctrl+Right</source>
        <translation>Strg+Links, Strg+Rechts</translation>
    </message>
    <message>
        <source>Fit the photo, 100 %</source>
        <translation>Das Foto einpassen, 100 %</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Am Zeiger zoomen</translation>
    </message>
    <message>
        <source>Mouse wheel</source>
        <translation>Mausrad</translation>
    </message>
    <message>
        <source>A slider back to its default</source>
        <translation>Ein Regler zurück auf seinen Anfangswert</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>Doppelklick</translation>
    </message>
</context>
<context>
    <name>StepCard</name>
    <message>
        <source>Auto</source>
        <translation>Auto</translation>
    </message>
    <message>
        <source>Run only if the photo needs it</source>
        <translation>Nur ausführen, wenn das Foto es braucht</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Always run</source>
        <translation>Immer ausführen</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Never run</source>
        <translation>Nie ausführen</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>How much of the repair is shown; changes at once, even after restoring</source>
        <translation>Wie viel von der Reparatur gezeigt wird; wirkt sofort, auch nach dem Restaurieren</translation>
    </message>
    <message>
        <source>Strength of {0}</source>
        <translation>Stärke von {0}</translation>
    </message>
    <message>
        <source>How much this network repairs; takes effect when you restore again</source>
        <translation>Wie viel dieses Netz repariert; wirkt beim nächsten Restaurieren</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>What this step computes with</source>
        <translation>Womit dieser Schritt rechnet</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>Empfindlichkeit</translation>
    </message>
    <message>
        <source>Higher finds fainter damage</source>
        <translation>Höher findet schwächere Schäden</translation>
    </message>
    <message>
        <source>Sensitivity of {0}</source>
        <translation>Empfindlichkeit von {0}</translation>
    </message>
    <message>
        <source>Crispness</source>
        <translation>Schärfe</translation>
    </message>
    <message>
        <source>From natural and faithful to crisp, with invented detail</source>
        <translation>Von natürlich und treu bis scharf, mit erfundenen Einzelheiten</translation>
    </message>
    <message>
        <source>Crispness of {0}</source>
        <translation>Schärfe von {0}</translation>
    </message>
    <message>
        <source>Keep their tint</source>
        <translation>Tönung behalten</translation>
    </message>
    <message>
        <source>Make neutral grey</source>
        <translation>Neutral grau machen</translation>
    </message>
    <message>
        <source>Make sepia</source>
        <translation>Sepia machen</translation>
    </message>
    <message>
        <source>Sepia, grey</source>
        <translation>Sepia, Grau</translation>
    </message>
    <message>
        <source>What becomes of a sepia or black-and-white photo</source>
        <translation>Was aus einem Sepia- oder Schwarzweißfoto wird</translation>
    </message>
    <message>
        <source>Switch of {0}</source>
        <translation>Schalter von {0}</translation>
    </message>
    <message>
        <source>Method of {0}</source>
        <translation>Verfahren von {0}</translation>
    </message>
    <message>
        <source>Sepia and grey</source>
        <translation>Sepia und Grau</translation>
    </message>
</context>
<context>
    <name>StepPanel</name>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Restaurieren</translation>
    </message>
    <message>
        <source>&amp;Restore again</source>
        <translation>&amp;Erneut restaurieren</translation>
    </message>
    <message>
        <source>What to repair</source>
        <translation>Was repariert wird</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Vorlagen</translation>
    </message>
    <message>
        <source>Set all steps at once</source>
        <translation>Alle Schritte auf einmal einstellen</translation>
    </message>
    <message>
        <source>Restore the photo with these steps (Ctrl+R)</source>
        <translation>Das Foto mit diesen Schritten restaurieren (Strg+R)</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Restaurieren</translation>
    </message>
    <message>
        <source>The steps changed since the last restore.</source>
        <translation>Die Schritte wurden seit dem letzten Restaurieren geändert.</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Drop an old photograph here</source>
        <translation>Ein altes Foto hier ablegen</translation>
    </message>
    <message>
        <source>A scan or a picture of a print: JPEG, PNG, TIFF, HEIC, raw …</source>
        <translation>Ein Scan oder ein Bild von einem Abzug: JPEG, PNG, TIFF, HEIC, Raw …</translation>
    </message>
    <message>
        <source>&amp;Open a photo…</source>
        <translation>Ein Foto ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Choose a photo on this computer (Ctrl+O)</source>
        <translation>Ein Foto auf diesem Computer wählen (Strg+O)</translation>
    </message>
    <message>
        <source>Try it with a sample</source>
        <translation>Mit einem Beispiel ausprobieren</translation>
    </message>
    <message>
        <source>Open the photo that comes with the program</source>
        <translation>Das Foto öffnen, das dem Programm beiliegt</translation>
    </message>
    <message>
        <source>Open {0}</source>
        <translation>{0} öffnen</translation>
    </message>
</context>
</TS>
