import { isRecord } from '../inputs/datasets/image-folder/settings';
import { check } from '../lib/errors';
import type { ImportedFile } from './import-labels';
import type { GivenStatement } from './project';
import { imageFinder } from './same-image';

type Task = Readonly<Record<string, unknown>>;

/**
 * What people said in Label Studio, from its exports: "JSON", tasks with `data` and `annotations` of type `choices`, and "JSON-MIN",
 * tasks with `choice`. A cancelled annotation is a skip, a ground truth an adjudication, a prediction nothing.
 * @throws InputError for a task whose image is none of the project's, or whose choice cannot be read.
 */
export function labelStudioStatements(
  tasks: readonly Task[],
  file: string,
  images: readonly string[],
  by: string,
): ImportedFile {
  const find = imageFinder(images);
  const statements: GivenStatement[] = [];
  let open = 0;
  tasks.forEach((task, i) => {
    const where = `${file}, task ${typeof task.id === 'number' ? task.id : i + 1}`;
    const addresses = Object.values(isRecord(task.data) ? task.data : task).filter(
      (value): value is string => typeof value === 'string',
    );
    const image = addresses.map(find).find((found) => found !== undefined);
    check(image !== undefined, `${where}: ${JSON.stringify(addresses[0])} is no image of the project`);
    const before = statements.length;
    const given = task.annotations ?? task.completions;
    if (Array.isArray(given))
      for (const annotation of given.filter(isRecord)) {
        const says = answerOf(annotation, where);
        const adjudicate = annotation.ground_truth === true;
        if (says) statements.push({ where, image, says, by: personOf(annotation.completed_by, by), adjudicate });
      }
    else if (task.choice !== undefined && task.choice !== null) {
      const { choice } = task;
      const says = onlyOf(isRecord(choice) && Array.isArray(choice.choices) ? choice.choices : [choice], where);
      statements.push({ where, image, says, by: personOf(task.annotator, by) });
    }
    if (statements.length === before) open++;
  });
  const min = tasks.find((task) => task.annotation_id !== undefined);
  check(
    statements.length || !min,
    () =>
      `${file}: no task has a "choice", but ${Object.keys(min!).join(', ')}; call the <Choices> "choice", or export as "JSON"`,
  );
  return { statements, open };
}

function answerOf(annotation: Task, where: string): GivenStatement['says'] | undefined {
  if (annotation.was_cancelled === true) return { skip: true };
  const results = Array.isArray(annotation.result) ? annotation.result.filter(isRecord) : [];
  const choices = results.flatMap(({ type, value }) =>
    type === 'choices' && isRecord(value) && Array.isArray(value.choices) ? (value.choices as unknown[]) : [],
  );
  return choices.length ? onlyOf(choices, where) : undefined;
}

function onlyOf(choices: readonly unknown[], where: string): { fine: string } {
  check(
    choices.length === 1 && typeof choices[0] === 'string',
    `${where}: ${JSON.stringify(choices)}; expected one choice an image`,
  );
  return { fine: choices[0] };
}

/** An annotator's e-mail address or number; of one user alone, the name that was given. */
function personOf(who: unknown, otherwise: string): string {
  if (isRecord(who) && typeof who.email === 'string' && who.email) return who.email;
  const id = isRecord(who) ? who.id : who;
  return typeof id === 'number' || (typeof id === 'string' && id) ? `user ${id}` : otherwise;
}
