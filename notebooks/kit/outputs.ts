import type { Message } from './kernel/message';
import type { MimeBundle, Output } from './nbformat';

interface Display {
  data: MimeBundle;
  metadata: Record<string, unknown>;
}

/** Gathers what a kernel sends into the outputs of the cells that asked for it, as a Jupyter front end does. */
export class OutputCollector {
  private readonly cells = new Map<string, { outputs: Output[]; clearFirst: boolean }>();
  private readonly displays = new Map<string, Display[]>();

  /** From now on outputs that name `id` as their request go into `outputs`. */
  open(id: string, outputs: Output[]): void {
    this.cells.set(id, { outputs, clearFirst: false });
  }

  add({ header, parent, content }: Message): void {
    const cell = this.cells.get(parent.msg_id ?? '');
    if (!cell) return;
    if (header.msg_type === 'clear_output') {
      if (content['wait'] === true) cell.clearFirst = true;
      else cell.outputs.length = 0;
      return;
    }
    if (header.msg_type === 'update_display_data') return this.update(content);
    const output = toOutput(header.msg_type, content);
    if (!output) return;
    if (cell.clearFirst) cell.outputs.length = 0;
    cell.clearFirst = false;
    if (output.output_type === 'display_data') this.remember(content, output);
    const last = cell.outputs.at(-1);
    if (output.output_type === 'stream' && last?.output_type === 'stream' && last.name === output.name)
      last.text = String(last.text) + String(output.text);
    else cell.outputs.push(output);
  }

  private remember(content: Message['content'], display: Display): void {
    const id = displayId(content);
    if (id !== undefined) this.displays.set(id, [...(this.displays.get(id) ?? []), display]);
  }

  private update(content: Message['content']): void {
    for (const display of this.displays.get(displayId(content) ?? '') ?? []) Object.assign(display, bundle(content));
  }
}

const displayId = (content: Message['content']): string | undefined =>
  (content['transient'] as { display_id?: string } | undefined)?.display_id;

const bundle = (content: Message['content']): Display => ({
  data: (content['data'] ?? {}) as MimeBundle,
  metadata: (content['metadata'] ?? {}) as Record<string, unknown>,
});

function toOutput(type: string, content: Message['content']): Output | undefined {
  switch (type) {
    case 'stream':
      return {
        output_type: type,
        name: content['name'] === 'stderr' ? 'stderr' : 'stdout',
        text: String(content['text']),
      };
    case 'display_data':
      return { output_type: type, ...bundle(content) };
    case 'execute_result':
      return {
        output_type: type,
        ...bundle(content),
        execution_count: (content['execution_count'] as number | undefined) ?? null,
      };
    case 'error': {
      const { ename, evalue, traceback } = content;
      return {
        output_type: type,
        ename: String(ename),
        evalue: String(evalue),
        traceback: (traceback ?? []) as string[],
      };
    }
    default:
      return undefined;
  }
}
