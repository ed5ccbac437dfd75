import path from 'node:path';
import { imagePath } from '../inputs/datasets/image-folder/parts';
import { check, InputError } from '../lib/errors';
import { editDistance } from '../lib/study/grid/spelling';
import type { Statement } from './events';
import { NOT_IN_LIST, SKIP } from './import-labels';
import type { ProjectSetup } from './project-file';
import type { GivenStatement } from './project-options';

/** What users write for images and classes, as the project calls them. */
export class Names {
  private readonly images: ReadonlyMap<string, number>;
  private readonly fine: ReadonlyMap<string, string>;

  constructor(private readonly setup: ProjectSetup) {
    this.images = new Map(setup.images.map((image, i) => [image.normalize('NFC'), i]));
    this.fine = new Map(setup.classes.map(([fine]) => [fine.normalize('NFC'), fine]));
  }

  /** @throws InputError for a path that is none of the project's, with the nearest ones. */
  index(image: string): number {
    const index = this.images.get(imagePath(image));
    check(
      index !== undefined,
      () =>
        `${JSON.stringify(image)} is no image of ${this.setup.folder}${meantImage(image, this.setup.images)}; ` +
        'expected a path below the folder',
    );
    return index;
  }

  image(image: string): string {
    return this.setup.images[this.index(image)]!;
  }

  /** @throws InputError for a class that is not in the list, with the nearest ones. */
  statement(says: Statement): Statement {
    if (!('fine' in says)) return says;
    const fine = this.fine.get(says.fine.trim().normalize('NFC'));
    check(
      fine !== undefined,
      () =>
        `Unknown class: ${JSON.stringify(says.fine)}${meant(says.fine, [...this.fine.keys()])}; expected one of the ` +
        `${this.fine.size} classes of the project, "${NOT_IN_LIST}" or "${SKIP}"`,
    );
    return { fine };
  }

  private has(image: string, says: Statement): boolean {
    return this.images.has(imagePath(image)) && (!('fine' in says) || this.fine.has(says.fine.trim().normalize('NFC')));
  }

  /** All of them, as the project calls images and classes. @throws InputError naming those that cannot be. */
  checked(given: readonly GivenStatement[]): GivenStatement[] {
    const faults: string[] = [];
    const checked = given.flatMap(({ image, says, by, adjudicate, where }) => {
      if (faults.length >= TOLD && !this.has(image, says)) return (faults.push(''), []); // counted; nearest names take time
      try {
        check(by.trim(), 'A label needs somebody who gave it; got an empty name');
        const named = { image: this.image(image), says: this.statement(says), by: by.trim() };
        return [{ ...named, ...(adjudicate && { adjudicate }) }];
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        faults.push(where === undefined ? error.message : `${where}: ${error.message}`);
        return [];
      }
    });
    if (faults.length) throw new InputError(refusal(faults, given.length));
    return checked;
  }
}

/** Faults that are told; of others how many there are. */
const TOLD = 10;

function refusal(faults: readonly string[], of: number): string {
  if (of === 1) return faults[0]!;
  const more = faults.length > TOLD ? [`and ${faults.length - TOLD} more`] : [];
  return [`${faults.length} of ${of} labels cannot be, and none was taken:`, ...faults.slice(0, TOLD), ...more].join(
    '\n',
  );
}

/** The images of the same file name, in whatever folder; where there are none, those that are spelt alike. */
function meantImage(image: string, images: readonly string[]): string {
  const alike = images.filter((name) => path.posix.basename(name) === path.posix.basename(image));
  return meant(image, alike.length ? alike : images, alike.length ? Infinity : undefined);
}

/** "; perhaps A, B or C?": the names that differ least; nothing where none is near. */
function meant(word: string, names: readonly string[], furthest?: number): string {
  const near = names
    .slice(0, 5000)
    .map((name) => ({ name, distance: editDistance(word, name) }))
    .filter(({ name, distance }) => distance <= (furthest ?? Math.max(word.length, name.length) / 2))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3);
  return near.length ? `; perhaps ${near.map(({ name }) => JSON.stringify(name)).join(' or ')}?` : '';
}
