/**
 * CSS that draws figures with light lines on a dark page; photographs in them keep their colours, and so does a picture of photographs.
 * @param within the selector of what holds the figures.
 */
export const darkFigures = (within: string): string =>
  `${within} .js-plotly-plot, ${within} div[id^='figure-']:not(.photo) > img { filter: invert(0.92) hue-rotate(180deg); }\n` +
  `${within} .js-plotly-plot .imagelayer image { filter: invert(1) hue-rotate(180deg); }`;
