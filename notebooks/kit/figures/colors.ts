/** Shares 0 .. 1 from light to dark blue: lightness falls evenly, so small ones can still be told apart. */
export const shades = [
  [0, '#ffffff'],
  [0.02, '#e8f1f9'],
  [0.1, '#c3dcf0'],
  [0.25, '#93c1e4'],
  [0.5, '#4a94cb'],
  [0.75, '#1b66a8'],
  [1, '#0a3564'],
] as const;
