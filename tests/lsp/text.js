// Texts as an editor sees them: positions as line and character in the units of an encoding, edits applied by the
// library of VS Code. Lines end at \n, \r\n and \r, as in LSP.

'use strict';
const {TextDocument} = require('vscode-languageserver-textdocument');

const units = {
  'utf-8': (text) => Buffer.byteLength(text, 'utf8'),
  'utf-16': (text) => text.length,
  'utf-32': (text) => [...text].length,
};

class Text {
  constructor(text, encoding) {
    this.text = text;
    this.encoding = encoding;
    this.lines = text.split(/\r\n|\n|\r/);
  }

  // The position `column` UTF-16 units into a line, in the units of the encoding.
  place(line, column) {
    return {line, character: units[this.encoding](this.lines[line].slice(0, column))};
  }

  end() {
    return this.place(this.lines.length - 1, this.lines[this.lines.length - 1].length);
  }

  // The column of a position in UTF-16 units, or null if it is beyond the line or inside a character.
  column(place) {
    const line = this.lines[place.line];
    if (line === undefined || !Number.isInteger(place.character) || place.character < 0) return null;
    let [column, rest] = [0, place.character];
    for (const character of line) {
      if (rest === 0) break;
      rest -= units[this.encoding](character);
      column += character.length;
    }
    return rest === 0 ? column : null;
  }

  // The reason why a range is invalid, or ''.
  why(range) {
    for (const place of [range.start, range.end]) {
      if (this.column(place) === null) return `${JSON.stringify(place)} is no place of the text`;
    }
    const {start, end} = range;
    const backwards = start.line > end.line || (start.line === end.line && start.character > end.character);
    return backwards ? `${JSON.stringify(range)} ends before it begins` : '';
  }

  utf16(range) {
    const one = (place) => ({line: place.line, character: this.column(place)});
    return {start: one(range.start), end: one(range.end)};
  }

  slice(range) {
    return TextDocument.create('x:', 'ipe', 0, this.text).getText(this.utf16(range));
  }

  // Throws if edits overlap.
  apply(edits) {
    const document = TextDocument.create('x:', 'ipe', 0, this.text);
    return TextDocument.applyEdits(document, edits.map((edit) => ({newText: edit.newText, range: this.utf16(edit.range)})));
  }

  // Positions to test: the ends of each line and around its words, at most `most`.
  places(most) {
    const places = [];
    this.lines.forEach((line, number) => {
      const columns = new Set([0, line.length]);
      for (const match of line.matchAll(/[^\s=:#(),]+/g)) {
        columns.add(match.index);
        columns.add(match.index + 1);
        columns.add(match.index + match[0].length);
      }
      // Not between the halves of a surrogate pair.
      for (const column of columns) {
        if (!/[\udc00-\udfff]/.test(line[column] || '')) places.push(this.place(number, column));
      }
    });
    const step = Math.max(1, places.length / most);
    return Array.from({length: Math.min(most, places.length)}, (_, i) => places[Math.floor(i * step)]);
  }
}

module.exports = {Text};
