import path from 'node:path';

/**
 * Finds a project's image by an address of another tool: a path or URL that ends in the image's path, or whose file name only one
 * image has, Label Studio's prefix of uploads ("3f2a91bc-") left out.
 */
export function imageFinder(images: readonly string[]): (address: string) => string | undefined {
  const byPath = new Map(images.map((image) => [image.normalize('NFC'), image]));
  const byName = new Map<string, string | undefined>();
  for (const image of byPath.keys()) {
    const name = path.posix.basename(image);
    byName.set(name, byName.has(name) ? undefined : byPath.get(image));
  }
  return (address) => {
    const parts = pathOf(address).split('/').filter(Boolean);
    for (let from = 0; from < parts.length; from++) {
      const found = byPath.get(parts.slice(from).join('/'));
      if (found !== undefined) return found;
    }
    const name = parts.at(-1) ?? '';
    return byName.get(name) ?? byName.get(name.replace(/^[0-9a-f]{8}-/, ''));
  };
}

/** The path that an address points to: of a local file that is served, the one behind `?d=`. */
function pathOf(address: string): string {
  const plain = address.replaceAll('\\', '/');
  const [, query] = /[?&]d=([^&]*)/.exec(plain) ?? [];
  const text = query ?? plain.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(text).normalize('NFC');
  } catch {
    return text.normalize('NFC');
  }
}
