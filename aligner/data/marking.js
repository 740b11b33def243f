/* Texts of pairs on a page: what may not be trusted is made visible, and the words that reasons name are marked; and keys.
   A module of the page of `aligner review`; `aligner report` writes it into its page. */

/* What has no picture, as controls, marks of direction and lone surrogates, by which a text could steer its reader, is shown
   by its number. */
const HIDDEN = /[^\P{C}\t\n\r]/gu;
const numbered = (character) => `[U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`;
export const printable = (text) => text.replace(HIDDEN, numbered);

/* All text is put in as text, never as markup. */
export const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};

/* English words are lacking (0) where the Vietnamese is cut, and the other way round (1). */
const LACKS = { source_uncovered: 0, target_truncated: 0, target_uncovered: 1, source_truncated: 1 };
const DIFFERS = new Set(["numbers_differ", "names_differ", "negation_differs", "opposite", "time_differs", "person_differs"]);
const TITLES = { differs: "differs from the other side", lacks: "without counterpart on the other side" };

/* Reasons as they stand in a cell, "code: details;code": code and details of each. */
export const reasonsOf = (cell) => cell.split(";").filter((reason) => reason.trim()).map((reason) => {
  const colon = reason.indexOf(":");
  return colon < 0 ? [reason.trim(), ""] : [reason.slice(0, colon).trim(), reason.slice(colon + 1)];
});

/* Words that reasons name, by side, in the order of reasons: those that differ ("12 / 47"; "—" is none), and those without
   counterpart. */
export const wordsTold = (cell) => {
  const told = [[], []];
  for (const [code, details] of reasonsOf(cell)) {
    if (Object.hasOwn(LACKS, code)) {
      const [, words] = details.split("without counterpart:");
      if (words) for (const word of words.split(" … ")) told[LACKS[code]].push(["lacks", word.trim()]);
    } else if (DIFFERS.has(code)) {
      /* "a / b, c / d": what stands between two strokes is the Vietnamese of one and the English of the next. */
      details.split(" / ").forEach((part, k, parts) => {
        const words = part.split(", ").map((word) => word.trim()), last = words.length - 1;
        words.forEach((word, m) => told[k === 0 || (k < parts.length - 1 && m === last) ? 0 : 1].push(["differs", word]));
      });
    }
  }
  return told.map((words) => words.filter(([, word]) => word && word !== "—"));
};

const isWord = (character) => character !== undefined && /[\p{L}\p{N}\p{M}]/u.test(character);

/* Where whole words of those told stand in a text: start, end, class. */
export const placesTold = (text, told) => {
  const places = [];
  for (const [className, word] of told) {
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      const end = at + word.length;
      if (!(isWord(text[at - 1]) && isWord(text[at])) && !(isWord(text[end]) && isWord(text[end - 1]))) places.push([at, end, className]);
    }
  }
  return places;
};

/* Put a printable text into an element with these places marked: the first of those that overlap, the longest of those that begin together. */
export const fillMarked = (element, text, places) => {
  let last = 0;
  for (const [start, end, className] of places.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (start < last || end <= start) continue;
    const mark = make("mark", className, text.slice(start, end));
    if (className) mark.title = TITLES[className];
    element.append(text.slice(last, start), mark);
    last = end;
  }
  element.append(text.slice(last));
};

/* Input methods for Vietnamese swallow letters: then the key on the keyboard counts. */
export const keyOf = (event) => {
  let key = event.key;
  if ((key === "Process" || key === "Unidentified" || key === "Dead") && event.code.startsWith("Key")) key = event.code.slice(3);
  if (key === " ") return "Space";
  return /^\p{L}$/u.test(key) ? (event.shiftKey ? key.toUpperCase() : key.toLowerCase()) : key;
};
