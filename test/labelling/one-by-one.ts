import { readLabels } from '../../labelling/import-labels';
import { openProject } from '../../labelling/project';

/** Labels by a file's lines one after the other, as a page would, and prints each image once its label is acknowledged. */
async function labelAll([folder, file]: readonly string[]): Promise<void> {
  const project = await openProject({ folder: folder! });
  for (const { image, says, by } of readLabels(file!, project.images, { by: 'ann' }).statements) {
    await project.label(image, says, by);
    process.stdout.write(`${image}\n`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await project.close();
}

void labelAll(process.argv.slice(2));
