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
        <translation>Be&amp;ispielfoto öffnen</translation>
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
        <source>&amp;Fine-tune…</source>
        <translation>Nach&amp;trainieren …</translation>
    </message>
    <message>
        <source>Make a network better with your own pictures before and after</source>
        <translation>Ein Netz mit eigenen Bildern vorher und nachher besser machen</translation>
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
        <source>St&amp;yles</source>
        <translation>St&amp;ile</translation>
    </message>
    <message>
        <source>Show the style gallery on the right</source>
        <translation>Die Stilgalerie rechts zeigen</translation>
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
        <translation>Kl&amp;einer</translation>
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
        <source>Re&amp;view parts</source>
        <translation>Stellen d&amp;urchsehen</translation>
    </message>
    <message>
        <source>Go through what is marked, the largest first, and keep or refuse each part</source>
        <translation>Durchsehen, was markiert ist, das Größte zuerst, und jede Stelle behalten oder ablehnen</translation>
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
        <translation>Vers&amp;chmälern</translation>
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
        <translation>Maske &amp;importieren …</translation>
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
        <translation>Kluger Kra&amp;tzer</translation>
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
        <source>&amp;Tools</source>
        <translation>&amp;Werkzeuge</translation>
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
        <source>{0} s</source>
        <translation>{0} s</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>{0} h</source>
        <translation>{0} h</translation>
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
    <message>
        <source>Sepia print</source>
        <translation>Sepiatonung</translation>
    </message>
    <message>
        <source>Cyanotype</source>
        <translation>Cyanotypie</translation>
    </message>
    <message>
        <source>Platinum print</source>
        <translation>Platindruck</translation>
    </message>
    <message>
        <source>Selenium print</source>
        <translation>Selentonung</translation>
    </message>
    <message>
        <source>Tintype</source>
        <translation>Ferrotypie</translation>
    </message>
    <message>
        <source>Hand-coloured</source>
        <translation>Handkoloriert</translation>
    </message>
    <message>
        <source>Autochrome</source>
        <translation>Autochrom</translation>
    </message>
    <message>
        <source>Kodachrome</source>
        <translation>Kodachrome</translation>
    </message>
    <message>
        <source>Two-colour film</source>
        <translation>Zweifarbenfilm</translation>
    </message>
    <message>
        <source>Pencil</source>
        <translation>Bleistift</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>Kohle</translation>
    </message>
    <message>
        <source>Pen and ink</source>
        <translation>Feder und Tusche</translation>
    </message>
    <message>
        <source>Woodcut</source>
        <translation>Holzschnitt</translation>
    </message>
    <message>
        <source>Watercolour</source>
        <translation>Aquarell</translation>
    </message>
    <message>
        <source>Oil</source>
        <translation>Öl</translation>
    </message>
    <message>
        <source>Composition VII</source>
        <translation>Komposition VII</translation>
    </message>
    <message>
        <source>Delaunay</source>
        <translation>Delaunay</translation>
    </message>
    <message>
        <source>Mondrian</source>
        <translation>Mondrian</translation>
    </message>
    <message>
        <source>The Shipwreck</source>
        <translation>Der Schiffbruch</translation>
    </message>
    <message>
        <source>The Starry Night</source>
        <translation>Sternennacht</translation>
    </message>
    <message>
        <source>The Scream</source>
        <translation>Der Schrei</translation>
    </message>
    <message>
        <source>Udnie</source>
        <translation>Udnie</translation>
    </message>
    <message>
        <source>The Great Wave</source>
        <translation>Die große Welle</translation>
    </message>
    <message>
        <source>Woman with a Hat</source>
        <translation>Frau mit Hut</translation>
    </message>
    <message>
        <source>Photographic</source>
        <translation>Fotografisch</translation>
    </message>
    <message>
        <source>Drawn</source>
        <translation>Gezeichnet</translation>
    </message>
    <message>
        <source>Painted</source>
        <translation>Gemalt</translation>
    </message>
    <message>
        <source>My styles</source>
        <translation>Meine Stile</translation>
    </message>
    <message>
        <source>{0}, {1} s</source>
        <translation>{0}, {1} s</translation>
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
        <source>Preview</source>
        <translation>Vorschau</translation>
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
        <source>{0} holds no IPTC captions.</source>
        <translation>{0} speichert keine IPTC-Bildtexte.</translation>
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
    <name>FineTuneWindow</name>
    <message>
        <source>Fine-tune a network</source>
        <translation>Ein Netz nachtrainieren</translation>
    </message>
    <message>
        <source>D&amp;elete it</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>Paare</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>A training with {0} pairs ended on {1}; its network waits for you.</source>
        <translation>Ein Training (Paare: {0}) endete am {1}; sein Netz wartet auf Sie.</translation>
    </message>
    <message>
        <source>A training with {0} old scans ended on {1}; its network waits for you.</source>
        <translation>Ein Training mit {0} alten Scans endete am {1}; sein Netz wartet auf Sie.</translation>
    </message>
    <message>
        <source>&amp;Show the result</source>
        <translation>&amp;Ergebnis zeigen</translation>
    </message>
    <message>
        <source>A training with {0} pairs was interrupted on {1}.</source>
        <translation>Ein Training (Paare: {0}) wurde am {1} unterbrochen.</translation>
    </message>
    <message>
        <source>A training with {0} old scans was interrupted on {1}.</source>
        <translation>Ein Training mit {0} alten Scans wurde am {1} unterbrochen.</translation>
    </message>
    <message>
        <source>&amp;Go on with it</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Delete this training and what it learnt</source>
        <translation>Dieses Training löschen und was es gelernt hat</translation>
    </message>
    <message>
        <source>Take it up where it was left</source>
        <translation>Da weitermachen, wo es aufgehört hat</translation>
    </message>
    <message>
        <source>Back to the pairs</source>
        <translation>Zurück zu den Paaren</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>&amp;Start training</source>
        <translation>&amp;Training starten</translation>
    </message>
    <message>
        <source>Choose what is to learn from these pairs</source>
        <translation>Wählen, was von diesen Paaren lernen soll</translation>
    </message>
    <message>
        <source>Let a copy of the network learn from your pairs</source>
        <translation>Eine Kopie des Netzes von Ihren Paaren lernen lassen</translation>
    </message>
    <message>
        <source>Give up this training?</source>
        <translation>Dieses Training aufgeben?</translation>
    </message>
    <message>
        <source>What it learnt so far is kept until you delete it.</source>
        <translation>Was es bisher gelernt hat, bleibt, bis Sie es löschen.</translation>
    </message>
    <message>
        <source>Stop, and go on &amp;later</source>
        <translation>Anhalten und &amp;später fortsetzen</translation>
    </message>
    <message>
        <source>Stop and &amp;delete</source>
        <translation>Anhalten und &amp;löschen</translation>
    </message>
    <message>
        <source>Delete the tuned network?</source>
        <translation>Das nachtrainierte Netz löschen?</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>&amp;Löschen</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>Stopped; it can go on from what it saved last.</source>
        <translation>Angehalten; es kann vom zuletzt Gespeicherten aus weitergehen.</translation>
    </message>
    <message>
        <source>{0} is kept. Choose it as the method of its step.</source>
        <translation>{0} ist behalten. Wählen Sie es als Verfahren seines Schrittes.</translation>
    </message>
</context>
<context>
    <name>FineTuning</name>
    <message>
        <source>Stop, and go on &amp;next time</source>
        <translation>Anhalten und &amp;nächstes Mal fortsetzen</translation>
    </message>
    <message>
        <source>Stop and &amp;delete</source>
        <translation>Anhalten und &amp;löschen</translation>
    </message>
    <message>
        <source>Go on in the &amp;background</source>
        <translation>Im &amp;Hintergrund weitermachen</translation>
    </message>
    <message>
        <source>Training goes on</source>
        <translation>Das Training läuft</translation>
    </message>
    <message>
        <source>A network is being trained.</source>
        <translation>Ein Netz wird gerade trainiert.</translation>
    </message>
    <message>
        <source>What it learnt so far is saved; it can go on next time.</source>
        <translation>Was es bisher gelernt hat, ist gespeichert; es kann nächstes Mal weitergehen.</translation>
    </message>
    <message>
        <source>Fine-tuning is done: see Tools &gt; Fine-tune for the result.</source>
        <translation>Das Nachtrainieren ist fertig: Das Ergebnis steht unter Werkzeuge &gt; Nachtrainieren.</translation>
    </message>
</context>
<context>
    <name>FitBox</name>
    <message>
        <source>Progress of learning a style</source>
        <translation>Fortschritt beim Lernen eines Stils</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop learning this style; nothing is kept</source>
        <translation>Diesen Stil nicht weiter lernen; nichts bleibt</translation>
    </message>
    <message>
        <source>Learning “{0}”…</source>
        <translation>„{0}“ wird gelernt …</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten …</translation>
    </message>
</context>
<context>
    <name>FlickerView</name>
    <message>
        <source>Before and after in turns</source>
        <translation>Vorher und Nachher im Wechsel</translation>
    </message>
    <message>
        <source>What jumps is not aligned. Wheel: zoom; drag: move; Space: the other picture</source>
        <translation>Was springt, liegt nicht aufeinander. Mausrad: zoomen; ziehen: verschieben; Leertaste: das andere Bild</translation>
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
        <source>Little was found for certain; mark the rest yourself.</source>
        <translation>Nur wenig ist sicher erkannt; den Rest bitte selbst markieren.</translation>
    </message>
    <message>
        <source>Mark damage</source>
        <translation>Schäden markieren</translation>
    </message>
    <message>
        <source>What was found was left alone; the steps say why.</source>
        <translation>Was gefunden wurde, blieb unverändert; die Schritte sagen, warum.</translation>
    </message>
    <message>
        <source>Every step is switched off: nothing was changed.</source>
        <translation>Alle Schritte sind ausgeschaltet: Nichts wurde verändert.</translation>
    </message>
    <message>
        <source>The steps that are switched on found nothing to repair.</source>
        <translation>Die eingeschalteten Schritte haben nichts zu reparieren gefunden.</translation>
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
        <source>Where the style applies</source>
        <translation>Wo der Stil gilt</translation>
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
        <source>How strongly the coloured layer covers the photo</source>
        <translation>Wie stark die farbige Schicht das Foto deckt</translation>
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
        <source>Nothing is marked: find damage first, or paint.</source>
        <translation>Es ist nichts markiert: Suchen Sie zuerst nach Schäden, oder malen Sie.</translation>
    </message>
    <message>
        <source>There is no mask yet: find damage, or paint.</source>
        <translation>Es gibt noch keine Maske: Suchen Sie Schäden oder malen Sie.</translation>
    </message>
    <message>
        <source>Paint where the style is to be. It is everywhere until you do.</source>
        <translation>Malen Sie, wo der Stil sein soll. Bis dahin ist er überall.</translation>
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
    <message>
        <source> (style mask)</source>
        <translation> (Stilmaske)</translation>
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
    <name>MaskReview</name>
    <message>
        <source>Keep a part</source>
        <translation>Stelle behalten</translation>
    </message>
    <message>
        <source>Refuse a part</source>
        <translation>Stelle ablehnen</translation>
    </message>
    <message>
        <source>That was the last part: all {0} are reviewed.</source>
        <translation>Das war die letzte Stelle: alle {0} sind durchgesehen.</translation>
    </message>
    <message>
        <source>Nothing is marked any more.</source>
        <translation>Es ist nichts mehr markiert.</translation>
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
        <source>Re&amp;name…</source>
        <translation>&amp;Umbenennen …</translation>
    </message>
    <message>
        <source>Give this network another name</source>
        <translation>Diesem Netz einen anderen Namen geben</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>E&amp;xportieren …</translation>
    </message>
    <message>
        <source>Save this network for another computer</source>
        <translation>Dieses Netz für einen anderen Computer speichern</translation>
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
        <source>{0} could not be written: {1}.</source>
        <translation>{0} konnte nicht geschrieben werden: {1}.</translation>
    </message>
    <message>
        <source>Saved as {0}.</source>
        <translation>Gespeichert als {0}.</translation>
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
        <source>Rename a network</source>
        <translation>Ein Netz umbenennen</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>Neuer Name</translation>
    </message>
    <message>
        <source>Export a network</source>
        <translation>Ein Netz exportieren</translation>
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
    <name>OwnStyles</name>
    <message>
        <source>A style is being learned already; wait for it, or cancel it.</source>
        <translation>Es wird schon ein Stil gelernt; warten Sie darauf oder brechen Sie ihn ab.</translation>
    </message>
    <message>
        <source>Your own styles need the style network, which is not installed.</source>
        <translation>Eigene Stile brauchen das Stilnetz, und das ist nicht installiert.</translation>
    </message>
    <message>
        <source>The style is saved as {0}.</source>
        <translation>Der Stil ist als {0} gespeichert.</translation>
    </message>
    <message>
        <source>My style</source>
        <translation>Mein Stil</translation>
    </message>
    <message>
        <source>“{0}” is in the gallery now.</source>
        <translation>„{0}“ ist jetzt in der Galerie.</translation>
    </message>
    <message>
        <source>The style could not be written: {0}.</source>
        <translation>Der Stil konnte nicht geschrieben werden: {0}.</translation>
    </message>
</context>
<context>
    <name>PairsPage</name>
    <message>
        <source>Choose a &amp;folder…</source>
        <translation>&amp;Ordner wählen …</translation>
    </message>
    <message>
        <source>Choose &amp;two folders…</source>
        <translation>&amp;Zwei Ordner wählen …</translation>
    </message>
    <message>
        <source>&amp;Only old scans, no pairs…</source>
        <translation>&amp;Nur alte Scans, keine Paare …</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>F&amp;licker</source>
        <translation>&amp;Blinken</translation>
    </message>
    <message>
        <source>A folder with subfolders such as before and after, or with both in one place</source>
        <translation>Ein Ordner mit Unterordnern wie „vorher“ und „nachher“ oder mit beiden an einem Ort</translation>
    </message>
    <message>
        <source>One folder of damaged pictures and one of restored ones</source>
        <translation>Ein Ordner mit beschädigten Bildern und einer mit restaurierten</translation>
    </message>
    <message>
        <source>Experimental: a folder of old scans, and perhaps one of clean photos</source>
        <translation>Experimentell: ein Ordner mit alten Scans, vielleicht einer mit sauberen Fotos</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>Paar</translation>
    </message>
    <message>
        <source>Misfit</source>
        <translation>Abstand</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>How much the fine structure of the two differs after they were aligned</source>
        <translation>Wie sehr sich die feine Struktur der beiden unterscheidet, nachdem sie aufeinandergelegt wurden</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>Paare</translation>
    </message>
    <message>
        <source>Untick a pair to leave it out (Delete)</source>
        <translation>Das Häkchen eines Paares entfernen, um es auszulassen (Entf)</translation>
    </message>
    <message>
        <source>Show before and after in turns</source>
        <translation>Vorher und Nachher im Wechsel zeigen</translation>
    </message>
    <message>
        <source>Pictures without a partner</source>
        <translation>Bilder ohne Partner</translation>
    </message>
    <message>
        <source>Choose pictures before and after their restoration; the two of a pair have the same name. Files and folders can also be dropped here. Nothing leaves this computer.</source>
        <translation>Wählen Sie Bilder vor und nach ihrer Restaurierung; die beiden eines Paares heißen gleich. Dateien und Ordner lassen sich auch hier ablegen. Nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>The folder of the pairs</source>
        <translation>Der Ordner der Paare</translation>
    </message>
    <message>
        <source>The folder of the damaged pictures</source>
        <translation>Der Ordner der beschädigten Bilder</translation>
    </message>
    <message>
        <source>The folder of the restored pictures</source>
        <translation>Der Ordner der restaurierten Bilder</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>ausgelassen</translation>
    </message>
    <message>
        <source>aligned</source>
        <translation>ausgerichtet</translation>
    </message>
    <message>
        <source>waiting…</source>
        <translation>wartet …</translation>
    </message>
    <message>
        <source>Choose a pair to see how well it is aligned.</source>
        <translation>Wählen Sie ein Paar, um zu sehen, wie gut es ausgerichtet ist.</translation>
    </message>
    <message>
        <source>This pair is being aligned…</source>
        <translation>Dieses Paar wird ausgerichtet …</translation>
    </message>
    <message>
        <source>Without a partner: {0}</source>
        <translation>Ohne Partner: {0}</translation>
    </message>
    <message>
        <source>{0} pairs to learn from</source>
        <translation>Paare zum Lernen: {0}</translation>
    </message>
    <message>
        <source>{0} refused</source>
        <translation>abgelehnt: {0}</translation>
    </message>
    <message>
        <source>aligning {0} more…</source>
        <translation>noch auszurichten: {0} …</translation>
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
    <name>PlanPage</name>
    <message>
        <source>Quick</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>About {0} minutes</source>
        <translation>Etwa {0} Minuten</translation>
    </message>
    <message>
        <source>Good</source>
        <translation>Gut</translation>
    </message>
    <message>
        <source>About an hour</source>
        <translation>Etwa eine Stunde</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>Eigene Dauer</translation>
    </message>
    <message>
        <source>As long as you say</source>
        <translation>So lange, wie Sie sagen</translation>
    </message>
    <message>
        <source>How long</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>First it learns what ageing did to your scans, in about a third of the time, then how to undo it.</source>
        <translation>Zuerst lernt es, in etwa einem Drittel der Zeit, was das Altern mit Ihren Scans gemacht hat, dann, wie man es rückgängig macht.</translation>
    </message>
    <message>
        <source>Taking a few trial steps to see how fast this computer is…</source>
        <translation>Einige Probeschritte zeigen, wie schnell dieser Computer ist …</translation>
    </message>
    <message>
        <source>About {0} on this computer for {1} steps, measured by trial steps.</source>
        <translation>Etwa {0} auf diesem Computer für {1} Schritte, mit Probeschritten gemessen.</translation>
    </message>
    <message>
        <source>About {0} on this computer, roughly {1} steps, measured by trial steps.</source>
        <translation>Etwa {0} auf diesem Computer, ungefähr {1} Schritte, mit Probeschritten gemessen.</translation>
    </message>
    <message>
        <source>How long it takes on this computer could not be measured.</source>
        <translation>Wie lange es auf diesem Computer dauert, ließ sich nicht messen.</translation>
    </message>
    <message>
        <source>minutes</source>
        <translation>Minuten</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>The program&apos;s own network</source>
        <translation>Das Netz des Programms</translation>
    </message>
    <message>
        <source>&amp;What learns</source>
        <translation>&amp;Was lernt</translation>
    </message>
    <message>
        <source>Which of the program&apos;s networks learns from your pairs</source>
        <translation>Welches der Netze des Programms aus Ihren Paaren lernt</translation>
    </message>
    <message>
        <source>You can pause, stop and go on at any time, and restore photos meanwhile.</source>
        <translation>Sie können jederzeit anhalten, aufhören und weitermachen und währenddessen Fotos restaurieren.</translation>
    </message>
    <message>
        <source>&amp;Begin with</source>
        <translation>&amp;Beginnen mit</translation>
    </message>
    <message>
        <source>The network that goes on learning; it stays as it is, a copy learns</source>
        <translation>Das Netz, das weiterlernt; es bleibt, wie es ist, eine Kopie lernt</translation>
    </message>
    <message>
        <source>How long the network learns</source>
        <translation>Wie lange das Netz lernt</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>Einheit</translation>
    </message>
    <message>
        <source>Minutes or training steps</source>
        <translation>Minuten oder Trainingsschritte</translation>
    </message>
    <message>
        <source>For experts</source>
        <translation>Für Fachleute</translation>
    </message>
    <message>
        <source>Fields of the training recipe</source>
        <translation>Felder des Trainingsrezepts</translation>
    </message>
    <message>
        <source>A first try, or a few pairs of one kind of damage.</source>
        <translation>Ein erster Versuch, oder wenige Paare mit einer Art von Schäden.</translation>
    </message>
    <message>
        <source>More pairs, or damage that the program hardly knows.</source>
        <translation>Mehr Paare, oder Schäden, die das Programm kaum kennt.</translation>
    </message>
    <message>
        <source>It ends by itself where nothing is gained any more.</source>
        <translation>Es endet von selbst, wenn nichts mehr gewonnen wird.</translation>
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
    <name>RecoveryBar</name>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Open the photo and go on where the program ended</source>
        <translation>Das Foto öffnen und dort weitermachen, wo das Programm beendet wurde</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Delete what was kept of this project</source>
        <translation>Löschen, was von diesem Projekt aufbewahrt wurde</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Nächstes</translation>
    </message>
    <message>
        <source>Show the next project that was interrupted</source>
        <translation>Das nächste unterbrochene Projekt zeigen</translation>
    </message>
    <message>
        <source>Not now: ask again at the next start</source>
        <translation>Nicht jetzt: beim nächsten Start wieder fragen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>{0} ({1} interrupted projects)</source>
        <translation>{0} ({1} unterbrochene Projekte)</translation>
    </message>
    <message>
        <source>A project that was interrupted cannot be read: it is damaged, or another version of the program wrote {0}.</source>
        <translation>Ein unterbrochenes Projekt kann nicht gelesen werden: Es ist beschädigt, oder eine andere Version des Programms hat {0} geschrieben.</translation>
    </message>
    <message>
        <source>The program ended unexpectedly while you worked on {0}.</source>
        <translation>Das Programm wurde unerwartet beendet, während Sie an {0} arbeiteten.</translation>
    </message>
    <message>
        <source>The photo is not at {0} any more: connect its disk or put it back, then press Continue.</source>
        <translation>Das Foto liegt nicht mehr unter {0}: Schließen Sie den Datenträger an oder legen Sie es zurück, dann klicken Sie auf „Fortsetzen“.</translation>
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
</context>
<context>
    <name>ResultPage</name>
    <message>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>There are no pictures of this run.</source>
        <translation>Von diesem Lauf gibt es keine Bilder.</translation>
    </message>
    <message>
        <source>Pre&amp;vious</source>
        <translation>Vor&amp;heriges</translation>
    </message>
    <message>
        <source>Ne&amp;xt</source>
        <translation>&amp;Nächstes</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Behalten</translation>
    </message>
    <message>
        <source>&amp;Discard…</source>
        <translation>&amp;Verwerfen …</translation>
    </message>
    <message>
        <source>PSNR, dB (higher is better)</source>
        <translation>PSNR, dB (höher ist besser)</translation>
    </message>
    <message>
        <source>SSIM (higher is better)</source>
        <translation>SSIM (höher ist besser)</translation>
    </message>
    <message>
        <source>Colour difference ΔE (lower is better)</source>
        <translation>Farbabstand ΔE (niedriger ist besser)</translation>
    </message>
    <message>
        <source>Loss on the program&apos;s own pictures (lower is better)</source>
        <translation>Fehler, Bilder des Programms (niedriger ist besser)</translation>
    </message>
    <message>
        <source>Pairs that it did not learn from</source>
        <translation>Paare, von denen es nicht gelernt hat</translation>
    </message>
    <message>
        <source>Your scans, and clean photos aged alike</source>
        <translation>Ihre Scans und ebenso gealterte saubere Fotos</translation>
    </message>
    <message>
        <source>Found rightly, F1 (higher is better)</source>
        <translation>Richtig gefunden, F1 (höher ist besser)</translation>
    </message>
    <message>
        <source>Of what it marks, damaged (higher is better)</source>
        <translation>Vom Markierten beschädigt (höher ist besser)</translation>
    </message>
    <message>
        <source>Of the damage, marked (higher is better)</source>
        <translation>Von den Schäden markiert (höher ist besser)</translation>
    </message>
    <message>
        <source>PSNR inside the damage, dB (higher is better)</source>
        <translation>PSNR in den Schäden, dB (höher ist besser)</translation>
    </message>
    <message>
        <source>Photos aged alike: {0}</source>
        <translation>Ebenso gealterte Fotos: {0}</translation>
    </message>
    <message>
        <source>Scans: texture apart from clean photos, dB (lower is better)</source>
        <translation>Scans: Abstand der Textur von sauberen Fotos, dB (niedriger ist besser)</translation>
    </message>
    <message>
        <source>Scans: colours apart from clean photos, of 255 (lower is better)</source>
        <translation>Scans: Abstand der Farben von sauberen Fotos, von 255 (niedriger ist besser)</translation>
    </message>
    <message>
        <source>Present network</source>
        <translation>Jetziges Netz</translation>
    </message>
    <message>
        <source>Tuned network</source>
        <translation>Nachtrainiertes Netz</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Letters, digits, dots and dashes</source>
        <translation>Buchstaben, Ziffern, Punkte und Striche</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Keep the tuned network; the step can be told to use it from then on</source>
        <translation>Das nachtrainierte Netz behalten; der Schritt kann es von da an benutzen</translation>
    </message>
    <message>
        <source>Delete the tuned network</source>
        <translation>Das nachtrainierte Netz löschen</translation>
    </message>
    <message>
        <source>The pictures of the previous pair</source>
        <translation>Die Bilder des vorherigen Paares</translation>
    </message>
    <message>
        <source>The pictures of the next pair</source>
        <translation>Die Bilder des nächsten Paares</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>Na&amp;me</translation>
    </message>
    <message>
        <source>Training is done.</source>
        <translation>Das Training ist fertig.</translation>
    </message>
    <message>
        <source>Better by {0} dB on pairs that it did not learn from.</source>
        <translation>Um {0} dB besser bei Paaren, von denen es nicht gelernt hat.</translation>
    </message>
    <message>
        <source>Worse by {0} dB on pairs that it did not learn from. You had better discard it.</source>
        <translation>Um {0} dB schlechter bei Paaren, von denen es nicht gelernt hat. Besser, Sie verwerfen es.</translation>
    </message>
    <message>
        <source>No clear gain: more pairs or more time may help.</source>
        <translation>Kein klarer Gewinn: Mehr Paare oder mehr Zeit können helfen.</translation>
    </message>
    <message>
        <source>No clear gain: more scans of one kind or more time may help.</source>
        <translation>Kein deutlicher Gewinn: Mehr Scans einer Art oder mehr Zeit helfen vielleicht.</translation>
    </message>
    <message>
        <source>Better by {0} dB on photos aged like your scans. Judge your scans by eye:</source>
        <translation>Um {0} dB besser auf Fotos, die wie Ihre Scans gealtert wurden. Beurteilen Sie Ihre Scans mit dem Auge:</translation>
    </message>
    <message>
        <source>Finds damage better on pairs that it did not learn from: F1 {0}, before {1}.</source>
        <translation>Findet Schäden besser auf Paaren, aus denen es nicht gelernt hat: F1 {0}, vorher {1}.</translation>
    </message>
    <message>
        <source>Finds damage worse on pairs that it did not learn from: F1 {0}, before {1}. You had better discard it.</source>
        <translation>Findet Schäden schlechter auf Paaren, aus denen es nicht gelernt hat: F1 {0}, vorher {1}. Verwerfen Sie es besser.</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
</context>
<context>
    <name>ReviewBar</name>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>The part before (Left)</source>
        <translation>Die vorige Stelle (Pfeil links)</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>The next part (Right)</source>
        <translation>Die nächste Stelle (Pfeil rechts)</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>It is damage: leave it marked and go on (Enter or Y)</source>
        <translation>Das ist ein Schaden: markiert lassen und weiter (Eingabe oder Y)</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>Ablehnen</translation>
    </message>
    <message>
        <source>It is no damage: unmark it and go on (Delete or N)</source>
        <translation>Das ist kein Schaden: Markierung entfernen und weiter (Entf oder N)</translation>
    </message>
    <message>
        <source>Back to the brushes; what was refused stays so (Esc)</source>
        <translation>Zurück zu den Pinseln; Abgelehntes bleibt abgelehnt (Esc)</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message>
        <source>{0} (refused)</source>
        <translation>{0} (abgelehnt)</translation>
    </message>
</context>
<context>
    <name>RunPage</name>
    <message>
        <source>Loss (lower is better)</source>
        <translation>Fehler (niedriger ist besser)</translation>
    </message>
    <message>
        <source>Unseen pairs, dB or F1 (higher is better)</source>
        <translation>Nicht gelernte Paare, dB oder F1 (höher ist besser)</translation>
    </message>
    <message>
        <source>Before, now and target</source>
        <translation>Vorher, jetzt und Ziel</translation>
    </message>
    <message>
        <source>A pair that the network does not learn from will appear here.</source>
        <translation>Hier erscheint ein Paar, von dem das Netz nicht lernt.</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pause</translation>
    </message>
    <message>
        <source>&amp;Stop and use it</source>
        <translation>&amp;Beenden und verwenden</translation>
    </message>
    <message>
        <source>Give &amp;up…</source>
        <translation>Auf&amp;geben …</translation>
    </message>
    <message>
        <source>Go &amp;on</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Let the training wait; what it learnt stays</source>
        <translation>Das Training warten lassen; Gelerntes bleibt</translation>
    </message>
    <message>
        <source>End training now and compare the best network so far with the present one</source>
        <translation>Das Training jetzt beenden und das bisher beste Netz mit dem jetzigen vergleichen</translation>
    </message>
    <message>
        <source>End the training without a result</source>
        <translation>Das Training ohne Ergebnis beenden</translation>
    </message>
    <message>
        <source>Go on from what was saved last</source>
        <translation>Vom zuletzt Gespeicherten aus fortsetzen</translation>
    </message>
    <message>
        <source>Not running</source>
        <translation>Läuft nicht</translation>
    </message>
    <message>
        <source>Preparing: pairs, trial steps…</source>
        <translation>Vorbereitung: Paare, Probeschritte …</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>Lernt</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Pausiert</translation>
    </message>
    <message>
        <source>Finishing: comparing the networks…</source>
        <translation>Abschluss: Netze werden verglichen …</translation>
    </message>
    <message>
        <source>Saving and ending…</source>
        <translation>Wird gespeichert und beendet …</translation>
    </message>
    <message>
        <source>&amp;Resume</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>On this computer: {0} steps in {1} ({2} s per step, measured).</source>
        <translation>Auf diesem Computer: {0} Schritte in {1} ({2} s je Schritt, gemessen).</translation>
    </message>
    <message>
        <source>Photos aged alike, dB (higher is better)</source>
        <translation>Ebenso gealterte Fotos, dB (höher ist besser)</translation>
    </message>
    <message>
        <source>present network</source>
        <translation>jetziges Netz</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Pairs that it does not learn from: {0} dB, before {1} dB ({2}).</source>
        <translation>Paare, von denen es nicht lernt: {0} dB, vorher {1} dB ({2}).</translation>
    </message>
    <message>
        <source>Pairs that it does not learn from: F1 {0}, before {1} ({2}).</source>
        <translation>Paare, aus denen es nicht lernt: F1 {0}, vorher {1} ({2}).</translation>
    </message>
    <message>
        <source>Clean photos aged like your scans: {0} dB, before {1} dB ({2}).</source>
        <translation>Saubere Fotos, gealtert wie Ihre Scans: {0} dB, vorher {1} dB ({2}).</translation>
    </message>
    <message>
        <source>The program&apos;s own pictures: {0} % loss.</source>
        <translation>Bilder des Programms: Fehler {0} %.</translation>
    </message>
    <message>
        <source>That is more than allowed; it will be blended back.</source>
        <translation>Das ist mehr als erlaubt; es wird mit dem jetzigen Netz zurückgemischt.</translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>Restored photo.png</source>
        <translation>Restauriertes Foto.png</translation>
    </message>
    <message>
        <source>{0} (restored)</source>
        <translation>{0} (restauriert)</translation>
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
    <name>ScansPanel</name>
    <message>
        <source>Choose &amp;clean photos…</source>
        <translation>&amp;Saubere Fotos wählen …</translation>
    </message>
    <message>
        <source>&amp;Without clean photos</source>
        <translation>&amp;Ohne saubere Fotos</translation>
    </message>
    <message>
        <source>Use &amp;pairs instead</source>
        <translation>Stattdessen &amp;Paare verwenden</translation>
    </message>
    <message>
        <source>The folder of the old scans</source>
        <translation>Der Ordner der alten Scans</translation>
    </message>
    <message>
        <source>Old scans</source>
        <translation>Alte Scans</translation>
    </message>
    <message>
        <source>Clean photos</source>
        <translation>Saubere Fotos</translation>
    </message>
    <message>
        <source>A folder of modern or undamaged photos; they may show anything</source>
        <translation>Ein Ordner mit neuen oder unbeschädigten Fotos; sie dürfen alles zeigen</translation>
    </message>
    <message>
        <source>Let the program&apos;s own pictures do</source>
        <translation>Die eigenen Bilder des Programms genügen lassen</translation>
    </message>
    <message>
        <source>Back to pictures before and after restoration</source>
        <translation>Zurück zu Bildern vor und nach der Restaurierung</translation>
    </message>
    <message>
        <source>The folder of the clean photos</source>
        <translation>Der Ordner der sauberen Fotos</translation>
    </message>
    <message>
        <source>Old scans: {0}</source>
        <translation>Alte Scans: {0}</translation>
    </message>
    <message>
        <source>Clean photos: {0}</source>
        <translation>Saubere Fotos: {0}</translation>
    </message>
    <message>
        <source>Colours are learnt from your clean photos, too.</source>
        <translation>Auch die Farben werden aus Ihren sauberen Fotos gelernt.</translation>
    </message>
    <message>
        <source>Clean photos: the program&apos;s own pictures</source>
        <translation>Saubere Fotos: die eigenen Bilder des Programms</translation>
    </message>
    <message>
        <source>Colours stay as they are; with clean photos of your own they are learnt, too.</source>
        <translation>Farben bleiben, wie sie sind; mit eigenen sauberen Fotos werden auch sie gelernt.</translation>
    </message>
    <message>
        <source>Experimental: nobody knows what these scans should look like. What ageing did to them is learnt first, then how to undo it. The result has to be judged by eye. A dozen scans of one kind is a good number.</source>
        <translation>Experimentell: Niemand weiß, wie diese Scans aussehen sollten. Zuerst wird gelernt, was das Altern mit ihnen gemacht hat, dann, wie man es rückgängig macht. Das Ergebnis muss mit dem Auge beurteilt werden. Ein Dutzend Scans einer Art ist eine gute Zahl.</translation>
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
        <source>Reviewing: keep, refuse</source>
        <translation>Beim Durchsehen: behalten, ablehnen</translation>
    </message>
    <message>
        <source>Enter or Y, Delete or N</source>
        <translation>Eingabe oder Y, Entf oder N</translation>
    </message>
    <message>
        <source>Reviewing: the part before, the next</source>
        <translation>Beim Durchsehen: vorige Stelle, nächste</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>Pfeiltasten</translation>
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
        <source>How much this network repairs; takes effect when you restore again</source>
        <translation>Wie viel dieses Netz repariert; wirkt beim nächsten Restaurieren</translation>
    </message>
    <message>
        <source>Show numbers, method and time</source>
        <translation>Zahlen, Verfahren und Dauer zeigen</translation>
    </message>
    <message>
        <source>Details of {0}</source>
        <translation>Details zu {0}</translation>
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
    <name>StyleControls</name>
    <message>
        <source>Settings of the style</source>
        <translation>Einstellungen des Stils</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>From the plain photo to the full style</source>
        <translation>Vom bloßen Foto bis zum vollen Stil</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>Fein</translation>
    </message>
    <message>
        <source>Small strokes, more detail</source>
        <translation>Kleine Striche, mehr Einzelheiten</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Strokes of medium size</source>
        <translation>Striche von mittlerer Größe</translation>
    </message>
    <message>
        <source>Coarse</source>
        <translation>Grob</translation>
    </message>
    <message>
        <source>Large strokes, bolder</source>
        <translation>Große Striche, kräftiger</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>Pinselgröße</translation>
    </message>
    <message>
        <source>&amp;Keep the photo&apos;s colours</source>
        <translation>&amp;Farben des Fotos behalten</translation>
    </message>
    <message>
        <source>Take only light and dark from the style</source>
        <translation>Nur Hell und Dunkel vom Stil übernehmen</translation>
    </message>
    <message>
        <source>Where it applies…</source>
        <translation>Wo der Stil gilt …</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischung</translation>
    </message>
    <message>
        <source>How much of the second style</source>
        <translation>Wie viel vom zweiten Stil</translation>
    </message>
    <message>
        <source>no second style</source>
        <translation>kein zweiter Stil</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Mix with</source>
        <translation>Mischen mit</translation>
    </message>
    <message>
        <source>A second style to mix in</source>
        <translation>Ein zweiter Stil zum Beimischen</translation>
    </message>
    <message>
        <source>Where the style applies</source>
        <translation>Wo der Stil gilt</translation>
    </message>
    <message>
        <source>Paint where the style is to be; it is everywhere until you do</source>
        <translation>Malen, wo der Stil sein soll; bis dahin ist er überall</translation>
    </message>
    <message>
        <source>Strength of the style</source>
        <translation>Stärke des Stils</translation>
    </message>
    <message>
        <source>Mix of styles</source>
        <translation>Mischung der Stile</translation>
    </message>
    <message>
        <source>Brush of the style</source>
        <translation>Pinsel des Stils</translation>
    </message>
    <message>
        <source>Colours of the style</source>
        <translation>Farben des Stils</translation>
    </message>
    <message>
        <source>Second style</source>
        <translation>Zweiter Stil</translation>
    </message>
</context>
<context>
    <name>StyleDock</name>
    <message>
        <source>Styles</source>
        <translation>Stile</translation>
    </message>
    <message>
        <source>Pictures ({0})</source>
        <translation>Bilder ({0})</translation>
    </message>
    <message>
        <source>Exported styles ({0})</source>
        <translation>Exportierte Stile ({0})</translation>
    </message>
    <message>
        <source>Add your own style</source>
        <translation>Eigenen Stil hinzufügen</translation>
    </message>
    <message>
        <source>Rename a style</source>
        <translation>Einen Stil umbenennen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Styles ({0})</source>
        <translation>Stile ({0})</translation>
    </message>
    <message>
        <source>Export a style</source>
        <translation>Einen Stil exportieren</translation>
    </message>
    <message>
        <source>Remove a style</source>
        <translation>Einen Stil entfernen</translation>
    </message>
    <message>
        <source>Delete {0} from this computer?</source>
        <translation>{0} von diesem Computer löschen?</translation>
    </message>
    <message>
        <source>Second style</source>
        <translation>Zweiter Stil</translation>
    </message>
</context>
<context>
    <name>StyleGallery</name>
    <message>
        <source>Style gallery</source>
        <translation>Stilgalerie</translation>
    </message>
    <message>
        <source>Add your own style…</source>
        <translation>Eigenen Stil hinzufügen …</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Favourites</source>
        <translation>Favoriten</translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation>&amp;Favorit</translation>
    </message>
    <message>
        <source>&amp;Rename…</source>
        <translation>&amp;Umbenennen …</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <source>Re&amp;move</source>
        <translation>E&amp;ntfernen</translation>
    </message>
    <message>
        <source>Search styles</source>
        <translation>Stile suchen</translation>
    </message>
    <message>
        <source>Show only styles whose name has these words</source>
        <translation>Nur Stile zeigen, deren Name diese Wörter enthält</translation>
    </message>
    <message>
        <source>Which styles</source>
        <translation>Welche Stile</translation>
    </message>
    <message>
        <source>Show only one kind of style</source>
        <translation>Nur eine Art von Stilen zeigen</translation>
    </message>
    <message>
        <source>Learn a style from a picture; you can also drop one here</source>
        <translation>Einen Stil von einem Bild lernen; ein Bild lässt sich auch hier ablegen</translation>
    </message>
    <message>
        <source>Add your own style</source>
        <translation>Eigenen Stil hinzufügen</translation>
    </message>
    <message>
        <source>No favourites yet: press the star of a style.</source>
        <translation>Noch keine Favoriten: Klicken Sie auf den Stern eines Stils.</translation>
    </message>
    <message>
        <source>No style has this name.</source>
        <translation>Kein Stil heißt so.</translation>
    </message>
</context>
<context>
    <name>StyleGrid</name>
    <message>
        <source>Styles</source>
        <translation>Stile</translation>
    </message>
    <message>
        <source>Arrow keys move, Enter takes a style, F makes it a favourite.</source>
        <translation>Pfeiltasten bewegen, Eingabe nimmt einen Stil, F macht ihn zum Favoriten.</translation>
    </message>
</context>
<context>
    <name>StyleMode</name>
    <message>
        <source>No style</source>
        <translation>Kein Stil</translation>
    </message>
    <message>
        <source>Style {0}</source>
        <translation>Stil {0}</translation>
    </message>
</context>
<context>
    <name>StyleModel</name>
    <message>
        <source>None</source>
        <translation>Ohne</translation>
    </message>
    <message>
        <source>The photo without a style</source>
        <translation>Das Foto ohne Stil</translation>
    </message>
    <message>
        <source>F takes it from the favourites</source>
        <translation>F nimmt ihn aus den Favoriten</translation>
    </message>
    <message>
        <source>F makes it a favourite</source>
        <translation>F macht ihn zum Favoriten</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>Kein Stil</translation>
    </message>
    <message>
        <source>favourite</source>
        <translation>Favorit</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>gewählt</translation>
    </message>
</context>
<context>
    <name>TuningSession</name>
    <message>
        <source>The training could not be started: {0}.</source>
        <translation>Das Training konnte nicht gestartet werden: {0}.</translation>
    </message>
    <message>
        <source>The result of this training can no longer be read.</source>
        <translation>Das Ergebnis dieses Trainings lässt sich nicht mehr lesen.</translation>
    </message>
    <message>
        <source>The training ended unexpectedly. The program and your photos are not affected; it can go on from what it saved last.</source>
        <translation>Das Training wurde unerwartet beendet. Das Programm und Ihre Fotos sind nicht betroffen; es kann vom zuletzt Gespeicherten aus weitergehen.</translation>
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
<context>
    <name>Workflow</name>
    <message>
        <source>The mask that was kept is damaged or belongs to another photo; this one was opened without it.</source>
        <translation>Die aufbewahrte Maske ist beschädigt oder gehört zu einem anderen Foto; dieses wurde ohne sie geöffnet.</translation>
    </message>
    <message>
        <source>What was kept of where the style applies is damaged or belongs to another photo; this one was opened without it.</source>
        <translation>Was davon aufbewahrt wurde, wo der Stil gilt, ist beschädigt oder gehört zu einem anderen Foto; dieses wurde ohne es geöffnet.</translation>
    </message>
</context>
<context>
    <name>engine</name>
    <message>
        <source>Scratches and dust</source>
        <translation>Kratzer und Staub</translation>
    </message>
    <message>
        <source>Finds scratches, dust, stains and creases and fills them in.</source>
        <translation>Findet Kratzer, Staub, Flecken und Knicke und füllt sie.</translation>
    </message>
    <message>
        <source>Finding damage</source>
        <translation>Schäden finden</translation>
    </message>
    <message>
        <source>Learns from what was repaired in your pairs which damage to look for.</source>
        <translation>Lernt aus dem, was in Ihren Paaren ausgebessert wurde, nach welchen Schäden zu suchen ist.</translation>
    </message>
    <message>
        <source>Filling damage</source>
        <translation>Schäden füllen</translation>
    </message>
    <message>
        <source>Learns from your pairs what belongs where damage was repaired.</source>
        <translation>Lernt aus Ihren Paaren, was dorthin gehört, wo Schäden ausgebessert wurden.</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Whether this step runs</source>
        <translation>Ob dieser Schritt läuft</translation>
    </message>
    <message>
        <source>Switch of {0}</source>
        <translation>Schalter von {0}</translation>
    </message>
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
        <source>Finding</source>
        <translation>Finden</translation>
    </message>
    <message>
        <source>What finds damage</source>
        <translation>Was Schäden findet</translation>
    </message>
    <message>
        <source>Method of {0}</source>
        <translation>Verfahren von {0}</translation>
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
        <source>Mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>A picture that is white where to repair, instead of looking for damage</source>
        <translation>Ein Bild, das weiß ist, wo ausgebessert werden soll, statt nach Schäden zu suchen</translation>
    </message>
    <message>
        <source>Filling</source>
        <translation>Füllen</translation>
    </message>
    <message>
        <source>What fills damage</source>
        <translation>Was Schäden füllt</translation>
    </message>
    <message>
        <source>Filling of damage</source>
        <translation>Füllen von Schäden</translation>
    </message>
    <message>
        <source>The given mask marks nothing</source>
        <translation>Die Maske markiert nichts</translation>
    </message>
    <message>
        <source>Repaired as marked</source>
        <translation>Wie markiert repariert</translation>
    </message>
    <message>
        <source>The mask marks {share:share} of the photo.</source>
        <translation>Die Maske markiert {share:share} des Fotos.</translation>
    </message>
    <message>
        <source>No scratches found</source>
        <translation>Keine Kratzer gefunden</translation>
    </message>
    <message>
        <source>No scratches, dust or creases were found.</source>
        <translation>Weder Kratzer noch Staub noch Knicke wurden gefunden.</translation>
    </message>
    <message>
        <source>Places found: {places}, on {share:share} of the photo.</source>
        <translation>Gefundene Stellen: {places}, auf {share:share} des Fotos.</translation>
    </message>
    <message>
        <source>No network for finding is installed; done the classical way</source>
        <translation>Kein Netz zum Finden ist installiert; klassisch gemacht</translation>
    </message>
    <message>
        <source>No network for filling is installed; done the classical way</source>
        <translation>Kein Netz zum Füllen ist installiert; klassisch gemacht</translation>
    </message>
    <message>
        <source>No network for finding and filling is installed; done the classical way</source>
        <translation>Kein Netz zum Finden und Füllen ist installiert; klassisch gemacht</translation>
    </message>
    <message>
        <source>Noise and grain</source>
        <translation>Rauschen und Korn</translation>
    </message>
    <message>
        <source>Removes film grain, noise and the blocks of JPEG compression.</source>
        <translation>Entfernt Filmkorn, Rauschen und die Blöcke der JPEG-Kompression.</translation>
    </message>
    <message>
        <source>Noise, grain and fading</source>
        <translation>Rauschen, Korn und Verblassen</translation>
    </message>
    <message>
        <source>Learns what your scans look like when they are clean.</source>
        <translation>Lernt, wie Ihre Scans aussehen, wenn sie sauber sind.</translation>
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
        <source>Hardly any noise; left as it is</source>
        <translation>Kaum Rauschen; bleibt, wie es ist</translation>
    </message>
    <message>
        <source>The noise is {noise:.1f} of 255, not above {limit:.1f}.</source>
        <translation>Das Rauschen ist {noise:.1f} von 255, nicht über {limit:.1f}.</translation>
    </message>
    <message>
        <source>Fine texture, no noise; left as it is</source>
        <translation>Feine Struktur, kein Rauschen; bleibt, wie es ist</translation>
    </message>
    <message>
        <source>What could be noise of {noise:.1f} of 255 is texture of what is shown.</source>
        <translation>Was Rauschen von {noise:.1f} von 255 sein könnte, ist Struktur des Abgebildeten.</translation>
    </message>
    <message>
        <source>It was compressed as JPEG of quality about {quality:.0f}.</source>
        <translation>Es wurde als JPEG mit einer Qualität von etwa {quality:.0f} komprimiert.</translation>
    </message>
    <message>
        <source>Grain, removed</source>
        <translation>Korn, entfernt</translation>
    </message>
    <message>
        <source>The noise is {noise:.1f} of 255{seen}, above {limit:.1f}. {jpeg} {method}</source>
        <translation>Das Rauschen ist {noise:.1f} von 255{seen}, über {limit:.1f}. {jpeg} {method}</translation>
    </message>
    <message>
        <source>Strong grain, removed</source>
        <translation>Starkes Korn, entfernt</translation>
    </message>
    <message>
        <source>Noise, removed</source>
        <translation>Rauschen, entfernt</translation>
    </message>
    <message>
        <source>Strong noise, removed</source>
        <translation>Starkes Rauschen, entfernt</translation>
    </message>
    <message>
        <source>Colour noise, removed</source>
        <translation>Farbrauschen, entfernt</translation>
    </message>
    <message>
        <source>The colour noise is {noise:.1f} of 255{seen}, above {limit:.1f}. {jpeg} {method}</source>
        <translation>Das Farbrauschen ist {noise:.1f} von 255{seen}, über {limit:.1f}. {jpeg} {method}</translation>
    </message>
    <message>
        <source>It was compressed as JPEG of quality about {quality:.0f}. {method}</source>
        <translation>Es wurde als JPEG mit einer Qualität von etwa {quality:.0f} komprimiert. {method}</translation>
    </message>
    <message>
        <source>JPEG compression found, which only a network repairs; left alone</source>
        <translation>JPEG-Kompression gefunden, die nur ein Netz repariert; nichts verändert</translation>
    </message>
    <message>
        <source>Repaired: {parts}</source>
        <translation>Repariert: {parts}</translation>
    </message>
    <message>
        <source>Much damage, repaired: {parts}</source>
        <translation>Viele Schäden, repariert: {parts}</translation>
    </message>
    <message>
        <source>Too little for certain, left alone: {parts}</source>
        <translation>Zu wenig sicher, nichts verändert: {parts}</translation>
    </message>
    <message>
        <source>Places found: {places}, on {share:share} of the photo. The log odds that the photo is damaged are {odds:.1f}, less than {least:.1f}. Switch the step on to repair them, or mark them yourself.</source>
        <translation>Gefundene Stellen: {places}, auf {share:share} des Fotos. Die logarithmischen Chancen, dass das Foto beschädigt ist, sind {odds:.1f}, weniger als {least:.1f}. Schalten Sie den Schritt ein, um sie zu reparieren, oder markieren Sie sie selbst.</translation>
    </message>
    <message>
        <source>A drawing or a page; what could be damage is left alone</source>
        <translation>Eine Zeichnung oder eine Seite; was Schaden sein könnte, bleibt</translation>
    </message>
    <message>
        <source>Places found: {places}, on {share:share} of the photo. What was found: {parts}.</source>
        <translation>Gefundene Stellen: {places}, auf {share:share} des Fotos. Gefunden wurde: {parts}.</translation>
    </message>
    <message>
        <source>Points of light in the dark, perhaps stars; left alone</source>
        <translation>Lichtpunkte im Dunkeln, vielleicht Sterne; so gelassen</translation>
    </message>
    <message>
        <source>Wide holes with nothing to copy around them, filled like thin damage: {holes}</source>
        <translation>Breite Löcher, um die herum nichts zu kopieren war, wie dünne Schäden gefüllt: {holes}</translation>
    </message>
    <message>
        <source>one wide spot {place}</source>
        <translation>eine breite Stelle {place}</translation>
    </message>
    <message>
        <source>{count} wide spots {place}</source>
        <translation>{count} breite Stellen {place}</translation>
    </message>
    <message>
        <source>one fold {place}</source>
        <translation>ein Knick {place}</translation>
    </message>
    <message>
        <source>{count} folds {place}</source>
        <translation>{count} Knicke {place}</translation>
    </message>
    <message>
        <source>one crack or scratch {place}</source>
        <translation>ein Riss oder Kratzer {place}</translation>
    </message>
    <message>
        <source>{count} cracks or scratches {place}</source>
        <translation>{count} Risse oder Kratzer {place}</translation>
    </message>
    <message>
        <source>one speck {place}</source>
        <translation>ein Fleck {place}</translation>
    </message>
    <message>
        <source>{count} specks {place}</source>
        <translation>{count} Flecken {place}</translation>
    </message>
    <message>
        <source>across the photo</source>
        <translation>quer durch das Bild</translation>
    </message>
    <message>
        <source>from top to bottom</source>
        <translation>von oben nach unten</translation>
    </message>
    <message>
        <source>all over the photo</source>
        <translation>über das ganze Bild</translation>
    </message>
    <message>
        <source>at the top left</source>
        <translation>oben links</translation>
    </message>
    <message>
        <source>at the top</source>
        <translation>oben</translation>
    </message>
    <message>
        <source>at the top right</source>
        <translation>oben rechts</translation>
    </message>
    <message>
        <source>on the left</source>
        <translation>links</translation>
    </message>
    <message>
        <source>in the middle</source>
        <translation>in der Mitte</translation>
    </message>
    <message>
        <source>on the right</source>
        <translation>rechts</translation>
    </message>
    <message>
        <source>at the bottom left</source>
        <translation>unten links</translation>
    </message>
    <message>
        <source>at the bottom</source>
        <translation>unten</translation>
    </message>
    <message>
        <source>at the bottom right</source>
        <translation>unten rechts</translation>
    </message>
    <message>
        <source>{first} and {second}</source>
        <translation>{first} und {second}</translation>
    </message>
    <message>
        <source>mostly {place}</source>
        <translation>vor allem {place}</translation>
    </message>
    <message>
        <source>in many places</source>
        <translation>an vielen Stellen</translation>
    </message>
    <message>
        <source>{first}, {second}</source>
        <translation>{first}, {second}</translation>
    </message>
    <message>
        <source>{first} and {count} more</source>
        <translation>{first} und {count} weitere</translation>
    </message>
    <message>
        <source>JPEG compression, repaired</source>
        <translation>JPEG-Kompression, repariert</translation>
    </message>
    <message>
        <source>Noise and strong JPEG compression, repaired</source>
        <translation>Rauschen und starke JPEG-Kompression, repariert</translation>
    </message>
    <message>
        <source>Colour noise and strong JPEG compression, repaired</source>
        <translation>Farbrauschen und starke JPEG-Kompression, repariert</translation>
    </message>
    <message>
        <source>, as it will be seen once contrast is raised</source>
        <translation>, wie es nach der Anhebung des Kontrasts zu sehen sein wird</translation>
    </message>
    <message>
        <source>Its grain is grey and fine, which is for the classical filter.</source>
        <translation>Das Korn ist grau und fein; das kann der klassische Filter am besten.</translation>
    </message>
    <message>
        <source>That is for the network.</source>
        <translation>Das kann das Netz am besten.</translation>
    </message>
    <message>
        <source>The network repairs that.</source>
        <translation>Das repariert das Netz.</translation>
    </message>
    <message>
        <source>The network repairs both.</source>
        <translation>Das Netz repariert beides.</translation>
    </message>
    <message>
        <source>The network sees noise {noise:.2f}, blur {blur:.2f}, compression {compression:.2f} of 1.</source>
        <translation>Das Netz sieht Rauschen {noise:.2f}, Unschärfe {blur:.2f}, Kompression {compression:.2f} von 1.</translation>
    </message>
    <message>
        <source>Its weights are {part:share} of the way to those of {network}.</source>
        <translation>Seine Gewichte sind zu {part:share} auf dem Weg zu denen von {network}.</translation>
    </message>
    <message>
        <source>ignored the crispness: the classical filter has none</source>
        <translation>die Schärfe blieb unbeachtet: der klassische Filter hat keine</translation>
    </message>
    <message>
        <source>ignored the crispness: no crisp network goes with {network}</source>
        <translation>die Schärfe blieb unbeachtet: zu {network} gehört kein scharfes Netz</translation>
    </message>
    <message>
        <source>Colour and contrast</source>
        <translation>Farbe und Kontrast</translation>
    </message>
    <message>
        <source>Brings back faded colours and contrast and removes a colour cast.</source>
        <translation>Holt verblasste Farben und Kontrast zurück und entfernt einen Farbstich.</translation>
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
        <source>Sepia and grey</source>
        <translation>Sepia und Grau</translation>
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
        <source>Warmth</source>
        <translation>Wärme</translation>
    </message>
    <message>
        <source>From bluer to more golden</source>
        <translation>Von bläulicher zu goldener</translation>
    </message>
    <message>
        <source>Warmth of {0}</source>
        <translation>Wärme von {0}</translation>
    </message>
    <message>
        <source>Tint</source>
        <translation>Farbstich</translation>
    </message>
    <message>
        <source>From greener to more magenta</source>
        <translation>Von grünlicher zu mehr Magenta</translation>
    </message>
    <message>
        <source>Tint of {0}</source>
        <translation>Farbstich von {0}</translation>
    </message>
    <message>
        <source>Fade</source>
        <translation>Verblasst</translation>
    </message>
    <message>
        <source>From more contrast to more of the fading kept</source>
        <translation>Von mehr Kontrast zu mehr vom Verblassen</translation>
    </message>
    <message>
        <source>Fade of {0}</source>
        <translation>Verblassen von {0}</translation>
    </message>
    <message>
        <source>Faded, corrected</source>
        <translation>Verblasst, korrigiert</translation>
    </message>
    <message>
        <source>Black point {black:.0f}, white point {white:.0f}{cast}{change}.</source>
        <translation>Schwarzpunkt {black:.0f}, Weißpunkt {white:.0f}{cast}{change}.</translation>
    </message>
    <message>
        <source>Faded and yellowed, corrected</source>
        <translation>Verblasst und vergilbt, korrigiert</translation>
    </message>
    <message>
        <source>Faded and reddened, corrected</source>
        <translation>Verblasst und rotstichig, korrigiert</translation>
    </message>
    <message>
        <source>Faded, with a colour cast; corrected</source>
        <translation>Verblasst, mit Farbstich; korrigiert</translation>
    </message>
    <message>
        <source>Much too dark, brightened</source>
        <translation>Viel zu dunkel, aufgehellt</translation>
    </message>
    <message>
        <source>Very pale, corrected</source>
        <translation>Sehr blass, korrigiert</translation>
    </message>
    <message>
        <source>Hardly any contrast, corrected</source>
        <translation>Kaum Kontrast, korrigiert</translation>
    </message>
    <message>
        <source>Uneven light, evened out</source>
        <translation>Ungleichmäßiges Licht, ausgeglichen</translation>
    </message>
    <message>
        <source>The log gain across the picture is {gain:.2f}.</source>
        <translation>Die logarithmische Verstärkung über das Bild ist {gain:.2f}.</translation>
    </message>
    <message>
        <source>Black and white with a tint, recoloured</source>
        <translation>Schwarzweiß mit Tönung, umgefärbt</translation>
    </message>
    <message>
        <source>The tint has a chroma of {chroma:.1f}.</source>
        <translation>Die Tönung hat eine Buntheit von {chroma:.1f}.</translation>
    </message>
    <message>
        <source>Colours and contrast are sound; changed as you asked</source>
        <translation>Farben und Kontrast sind in Ordnung; geändert, wie Sie es wollten</translation>
    </message>
    <message>
        <source>Colours and contrast are sound</source>
        <translation>Farben und Kontrast sind in Ordnung</translation>
    </message>
    <message>
        <source>The contrast is sound</source>
        <translation>Der Kontrast ist in Ordnung</translation>
    </message>
    <message>
        <source>, cast {de:.1f} dE</source>
        <translation>, Farbstich {de:.1f} dE</translation>
    </message>
    <message>
        <source>, change {de:.1f} dE</source>
        <translation>, Änderung {de:.1f} dE</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>Stil</translation>
    </message>
    <message>
        <source>Gives the repaired photo the look of a print, a drawing or a painting.</source>
        <translation>Gibt dem reparierten Foto das Aussehen eines Abzugs, einer Zeichnung oder eines Gemäldes.</translation>
    </message>
    <message>
        <source>From the plain photo to the full style</source>
        <translation>Vom bloßen Foto bis zum vollen Stil</translation>
    </message>
    <message>
        <source>Strength of the style</source>
        <translation>Stärke des Stils</translation>
    </message>
    <message>
        <source>Mix with</source>
        <translation>Mischen mit</translation>
    </message>
    <message>
        <source>A second style to mix in</source>
        <translation>Ein zweiter Stil zum Beimischen</translation>
    </message>
    <message>
        <source>Second style</source>
        <translation>Zweiter Stil</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>Mischung</translation>
    </message>
    <message>
        <source>How much of the second style</source>
        <translation>Wie viel vom zweiten Stil</translation>
    </message>
    <message>
        <source>Mix of styles</source>
        <translation>Mischung der Stile</translation>
    </message>
    <message>
        <source>&amp;Keep the photo&apos;s colours</source>
        <translation>&amp;Farben des Fotos behalten</translation>
    </message>
    <message>
        <source>Take only light and dark from the style</source>
        <translation>Nur Hell und Dunkel vom Stil übernehmen</translation>
    </message>
    <message>
        <source>Colours of the style</source>
        <translation>Farben des Stils</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>Pinsel</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>Pinselgröße</translation>
    </message>
    <message>
        <source>Brush of the style</source>
        <translation>Pinsel des Stils</translation>
    </message>
    <message>
        <source>Fine</source>
        <translation>Fein</translation>
    </message>
    <message>
        <source>Small strokes, more detail</source>
        <translation>Kleine Striche, mehr Einzelheiten</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Strokes of medium size</source>
        <translation>Striche von mittlerer Größe</translation>
    </message>
    <message>
        <source>Coarse</source>
        <translation>Grob</translation>
    </message>
    <message>
        <source>Large strokes, bolder</source>
        <translation>Große Striche, kräftiger</translation>
    </message>
    <message>
        <source>Where it applies…</source>
        <translation>Wo der Stil gilt …</translation>
    </message>
    <message>
        <source>Where the style applies</source>
        <translation>Wo der Stil gilt</translation>
    </message>
    <message>
        <source>In the style {style}</source>
        <translation>Im Stil {style}</translation>
    </message>
    <message>
        <source>In a mix of the styles {style} and {other}</source>
        <translation>In einer Mischung der Stile {style} und {other}</translation>
    </message>
    <message>
        <source>switched off</source>
        <translation>ausgeschaltet</translation>
    </message>
    <message>
        <source>Switched on. {reason:details}</source>
        <translation>Eingeschaltet. {reason:details}</translation>
    </message>
    <message>
        <source>Switched on; automatic would not do it</source>
        <translation>Eingeschaltet; die Automatik täte es nicht</translation>
    </message>
    <message>
        <source>Automatic would say: {reason}. {reason:details}</source>
        <translation>Die Automatik würde sagen: {reason}. {reason:details}</translation>
    </message>
    <message>
        <source>memory ran out, released what could be and tried again</source>
        <translation>Speicher war erschöpft, wurde so weit wie möglich freigegeben und der Schritt wiederholt</translation>
    </message>
    <message>
        <source>the memory of {device} ran out, went on on the processor</source>
        <translation>der Speicher von {device} war erschöpft, weiter auf dem Prozessor</translation>
    </message>
    <message>
        <source>{device} computed values that are no numbers, went on on the processor</source>
        <translation>{device} hat Werte berechnet, die keine Zahlen sind, weiter auf dem Prozessor</translation>
    </message>
    <message>
        <source>{device} failed, went on on the processor</source>
        <translation>{device} hat versagt, weiter auf dem Prozessor</translation>
    </message>
    <message>
        <source>used the processor: {device} failed a test of its arithmetic</source>
        <translation>Prozessor verwendet: {device} hat eine Rechenprobe nicht bestanden</translation>
    </message>
    <message>
        <source>memory ran out with tiles of {side} px, went on with {smaller} px</source>
        <translation>der Speicher reichte für Kacheln von {side} px nicht, weiter mit {smaller} px</translation>
    </message>
    <message>
        <source>used the classical way instead: a network cannot be used</source>
        <translation>stattdessen klassisch gemacht: ein Netz ist nicht zu gebrauchen</translation>
    </message>
    <message>
        <source>The network {name} is called {new} now; it is used as before.</source>
        <translation>Das Netz {name} heißt jetzt {new}; es wird wie bisher verwendet.</translation>
    </message>
    <message>
        <source>The network {name} was replaced by another of that name since this project was saved, so the result may differ.</source>
        <translation>Das Netz {name} wurde seit dem Sichern dieses Projekts durch ein anderes gleichen Namens ersetzt; das Ergebnis kann anders aussehen.</translation>
    </message>
    <message>
        <source>The network {name} is not on this computer any more; the best one is used instead.</source>
        <translation>Das Netz {name} ist nicht mehr auf diesem Computer; stattdessen wird das beste verwendet.</translation>
    </message>
    <message>
        <source>The camera raw file was developed to 16-bit sRGB with the camera&apos;s white balance.</source>
        <translation>Die Raw-Datei wurde mit dem Weißabgleich der Kamera zu sRGB mit 16 Bit entwickelt.</translation>
    </message>
    <message>
        <source>The linear raw data were developed to 16 bits with the curve of sRGB.</source>
        <translation>Die linearen Rohdaten wurden mit der Kurve von sRGB zu 16 Bit entwickelt.</translation>
    </message>
    <message>
        <source>The file breaks off before its end mark; the picture is whole.</source>
        <translation>Die Datei bricht vor ihrer Endmarke ab; das Bild ist vollständig.</translation>
    </message>
    <message>
        <source>The file is damaged or incomplete: where its data are missing or broken, the picture is grey, shifted or in wrong colours.</source>
        <translation>Die Datei ist beschädigt oder unvollständig: wo Daten fehlen oder falsch sind, ist das Bild grau, verschoben oder falsch gefärbt.</translation>
    </message>
    <message>
        <source>The file does not say how long its data are; that was worked out.</source>
        <translation>Die Datei sagt nicht, wie lang ihre Daten sind; das wurde ermittelt.</translation>
    </message>
    <message>
        <source>The file has another picture; only the first one was read.</source>
        <translation>Die Datei hat noch ein Bild; nur das erste wurde gelesen.</translation>
    </message>
    <message>
        <source>The file has {count} other pictures; only the first one was read.</source>
        <translation>Die Datei hat {count} weitere Bilder; nur das erste wurde gelesen.</translation>
    </message>
    <message>
        <source>The extended part of the XMP data was damaged and left out.</source>
        <translation>Der erweiterte Teil der XMP-Daten war beschädigt und wurde weggelassen.</translation>
    </message>
    <message>
        <source>A text in the file is damaged or far too long and was left out.</source>
        <translation>Ein Text in der Datei ist beschädigt oder viel zu lang und wurde weggelassen.</translation>
    </message>
    <message>
        <source>The gain map, which brightens the photo on HDR screens, was left out.</source>
        <translation>Die Gain-Map, die das Foto auf HDR-Bildschirmen aufhellt, wurde weggelassen.</translation>
    </message>
    <message>
        <source>The place on the earth (GeoTIFF) was left out, because the photo was turned.</source>
        <translation>Die Lage auf der Erde (GeoTIFF) wurde weggelassen, weil das Foto gedreht wurde.</translation>
    </message>
    <message>
        <source>The sidecar “{name}” was left out: {why}.</source>
        <translation>Die Begleitdatei „{name}“ wurde weggelassen: {why}.</translation>
    </message>
    <message>
        <source>The date of the file could not be kept: {why}.</source>
        <translation>Das Datum der Datei konnte nicht erhalten werden: {why}.</translation>
    </message>
    <message>
        <source>{format} has no place for the text {names}; it was left out.</source>
        <translation>{format} hat keinen Platz für den Text {names}; er wurde weggelassen.</translation>
    </message>
    <message>
        <source>The CMYK colours were converted to sRGB through its colour profile.</source>
        <translation>Die CMYK-Farben wurden über ihr Farbprofil nach sRGB umgerechnet.</translation>
    </message>
    <message>
        <source>The CMYK colours were converted to sRGB by the plain formula: it has no profile.</source>
        <translation>Die CMYK-Farben wurden mit der einfachen Formel nach sRGB umgerechnet: Es gibt kein Profil.</translation>
    </message>
    <message>
        <source>The floating-point samples were converted to 16 bits.</source>
        <translation>Die Gleitkommawerte wurden in 16 Bit umgewandelt.</translation>
    </message>
    <message>
        <source>Highlights brighter than white were cut, on {share:share} of the picture.</source>
        <translation>Lichter heller als Weiß wurden gekappt, auf {share:share} des Bildes.</translation>
    </message>
    <message>
        <source>{count} samples that are not numbers (NaN or infinite) were replaced.</source>
        <translation>{count} Werte, die keine Zahlen sind (NaN oder unendlich), wurden ersetzt.</translation>
    </message>
    <message>
        <source>The {bits}-bit samples were reduced to 16 bits.</source>
        <translation>Die Werte mit {bits} Bit wurden auf 16 Bit verringert.</translation>
    </message>
    <message>
        <source>Negative sample values were set to black.</source>
        <translation>Negative Werte wurden schwarz.</translation>
    </message>
    <message>
        <source>The file has several pages; only page {page} ({width} × {height}) was read. Pages left out: {others}.</source>
        <translation>Die Datei hat mehrere Seiten; nur Seite {page} ({width} × {height}) wurde gelesen. Weggelassene Seiten: {others}.</translation>
    </message>
    <message>
        <source>Extra channels that are not transparency were left out.</source>
        <translation>Weitere Kanäle, die keine Transparenz sind, wurden weggelassen.</translation>
    </message>
    <message>
        <source>The EXIF data were damaged and left out.</source>
        <translation>Die EXIF-Daten waren beschädigt und wurden weggelassen.</translation>
    </message>
    <message>
        <source>The colour profile did not fit the picture and was left out.</source>
        <translation>Das Farbprofil passte nicht zum Bild und wurde weggelassen.</translation>
    </message>
    <message>
        <source>The {kind} data are too long for a JPEG file and were left out.</source>
        <translation>Die {kind}-Daten sind für eine JPEG-Datei zu lang und wurden weggelassen.</translation>
    </message>
    <message>
        <source>{format} holds {bits} bits per channel; the photo was reduced to them.</source>
        <translation>{format} fasst {bits} Bit je Kanal; darauf wurde das Foto verringert.</translation>
    </message>
    <message>
        <source>{format} holds no transparency; the photo was laid over white.</source>
        <translation>{format} fasst keine Transparenz; das Foto wurde auf Weiß gelegt.</translation>
    </message>
    <message>
        <source>{format} holds no IPTC data; they were left out.</source>
        <translation>{format} fasst keine IPTC-Daten; sie wurden weggelassen.</translation>
    </message>
    <message>
        <source>The grey colour profile was replaced by sRGB, because the file is in colour.</source>
        <translation>Das graue Farbprofil wurde durch sRGB ersetzt, weil die Datei farbig ist.</translation>
    </message>
    <message>
        <source>The colour profile was replaced by a grey one of the same curve: the file is grey.</source>
        <translation>Das Farbprofil wurde durch ein graues mit derselben Kurve ersetzt: Die Datei ist grau.</translation>
    </message>
    <message>
        <source>The colour profile was left out, because the file is grey.</source>
        <translation>Das Farbprofil wurde weggelassen, weil die Datei grau ist.</translation>
    </message>
</context>
</TS>
