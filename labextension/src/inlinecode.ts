/** Words with `code` in backticks, as the server writes them. */

export interface Piece {
  text: string;
  code: boolean;
}

export function pieces(words: string): Piece[] {
  return words
    .split(/`([^`]*)`/)
    .map((text, index) => ({ text, code: index % 2 === 1 }))
    .filter(piece => piece.text !== '');
}
