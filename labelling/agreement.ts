import { keyOf, type Said } from './said';

/** How well people agree, beyond chance: 1 = always, 0 = as if by chance. */
export interface Agreement {
  /** Cohen's kappa (1960) of every two people on the images of which both said something. */
  readonly pairs: readonly {
    readonly people: readonly [string, string];
    readonly images: number;
    readonly kappa: number;
  }[];
  /** Fleiss' kappa (1971) of three or more on the images of which all said something. */
  readonly all?: { readonly people: readonly string[]; readonly images: number; readonly kappa: number };
}

/** Agreement on all that people said: skipping an image is a statement as well. Adjudications are none of theirs. */
export function agreementOf(said: Said): Agreement {
  const bySomebody = new Map<string, Map<string, string>>();
  for (const image of said.images())
    for (const [by, { says, adjudicate }] of said.verdict(image).statements)
      if (!adjudicate) bySomebody.set(by, (bySomebody.get(by) ?? new Map<string, string>()).set(image, keyOf(says)));
  const people = [...bySomebody.keys()].sort();
  const common = (group: readonly string[]): string[][] =>
    [...bySomebody.get(group[0]!)!.keys()].flatMap((image) => {
      const answers = group.map((by) => bySomebody.get(by)!.get(image));
      return answers.every((answer): answer is string => answer !== undefined) ? [answers] : [];
    });
  const pairs = people.flatMap((a, i) =>
    people.slice(i + 1).flatMap((b) => {
      const answers = common([a, b]);
      return answers.length ? [{ people: [a, b] as const, images: answers.length, kappa: cohen(answers) }] : [];
    }),
  );
  const together = people.length > 2 ? common(people) : [];
  return {
    pairs,
    ...(together.length && { all: { people, images: together.length, kappa: fleiss(together) } }),
  };
}

/** Of two answers an image: (agreed - chance) / (1 - chance); chance from each one's own shares. */
export function cohen(answers: readonly (readonly string[])[]): number {
  const [first, second] = [sharesOf(answers.map(([a]) => a!)), sharesOf(answers.map(([, b]) => b!))];
  let chance = 0;
  for (const [answer, share] of first) chance += share * (second.get(answer) ?? 0);
  const agreed = answers.filter(([a, b]) => a === b).length / answers.length;
  return beyond(agreed, chance);
}

/** Of as many answers for every image; chance from the shares of all answers together. */
export function fleiss(answers: readonly (readonly string[])[]): number {
  const raters = answers[0]!.length;
  let chance = 0;
  for (const share of sharesOf(answers.flat()).values()) chance += share * share;
  let agreed = 0;
  for (const ofImage of answers)
    for (const share of sharesOf(ofImage).values())
      agreed += (share * raters * (share * raters - 1)) / (raters * (raters - 1)) / answers.length;
  return beyond(agreed, chance);
}

const beyond = (agreed: number, chance: number): number => (chance < 1 ? (agreed - chance) / (1 - chance) : 1);

function sharesOf(answers: readonly string[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const answer of answers) shares.set(answer, (shares.get(answer) ?? 0) + 1 / answers.length);
  return shares;
}
