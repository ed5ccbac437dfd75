/** The four groups of typefaces. */
export type Genre = 'serif' | 'slab' | 'sans' | 'mono';

/** Families by genre, named as on Fontsource (`@fontsource/lora`). */
export type Families = Readonly<Record<Genre, readonly string[]>>;

const words = (text: string): string[] => text.trim().split(/\s+/);

/** The families of the data set: each gives four fine classes, {400, 700} x {upright, italic}. All under the OFL 1.1. */
export const poolFamilies: Families = {
  serif: words(`
    lora pt-serif crimson-pro vollkorn gelasio playfair-display spectral`),
  slab: words(`
    arvo zilla-slab bitter rokkitt`),
  sans: words(`
    open-sans exo-2 josefin-sans fira-sans titillium-web raleway rubik cabin`),
  mono: words(`
    jetbrains-mono red-hat-mono courier-prime space-mono azeret-mono sometype-mono`),
};

/**
 * The families the stand-in annotator learns from. None is in the data set, nor a sibling of one that is (no Fira
 * Code beside Fira Sans).
 */
export const auxiliaryFamilies: Families = {
  serif: words(`
    abhaya-libre alegreya bodoni-moda brawler caladea cardo cormorant cormorant-garamond domine eb-garamond
    esteban faustina frank-ruhl-libre fraunces gentium-book-basic gentium-plus halant libre-baskerville
    libre-caslon-condensed libre-caslon-text literata martel merriweather newsreader noto-serif
    noto-serif-display old-standard-tt petrona piazzolla quattrocento rasa roboto-serif rufina scheherazade-new
    source-serif-4 stix-two-text taviraj tinos unna volkhov`),
  slab: words(`
    aleo besley ibm-plex-serif sanchez roboto-slab hepta-slab inika bree-serif`),
  sans: words(`
    actor albert-sans alegreya-sans amaranth archivo archivo-narrow arimo arsenal asap asap-condensed
    atkinson-hyperlegible average-sans b612 bai-jamjuree barlow be-vietnam-pro blinker bricolage-grotesque
    cantarell carlito catamaran chakra-petch chivo commissioner dm-sans dosis encode-sans
    encode-sans-semi-expanded epilogue familjen-grotesk figtree geist-sans golos-text hanken-grotesk heebo hind
    host-grotesk ibm-plex-sans inclusive-sans instrument-sans inter inter-tight k2d kanit karla kumbh-sans lato
    lexend libre-franklin manrope maven-pro merriweather-sans metropolis montserrat montserrat-alternates mukta
    nunito nunito-sans open-sauce-sans outfit overpass pathway-extreme plus-jakarta-sans poppins prompt
    public-sans quantico quicksand radio-canada-big reddit-sans rethink-sans roboto roboto-condensed saira
    sarabun schibsted-grotesk sen signika sn-pro sofia-sans spline-sans tomorrow ubuntu uncut-sans urbanist
    vazirmatn wix-madefor-text work-sans`),
  mono: words(`
    anonymous-pro b612-mono commit-mono cousine geist-mono google-sans-code ia-writer-mono ibm-plex-mono iosevka
    maple-mono monaspace-neon roboto-mono source-code-pro spline-sans-mono ubuntu-mono victor-mono
    atkinson-hyperlegible-mono cascadia-code lekton inconsolata kode-mono overpass-mono reddit-mono
    noto-sans-mono dm-mono`),
};
