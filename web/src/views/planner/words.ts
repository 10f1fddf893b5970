import type { Configuration, DeviceMemory, Machine, MatrixCell } from '$lib/api';
import { figures } from '$lib/i18n';
import type { Use } from './state';
import { texts } from './texts';

/** What the uses are called. */
export const useNames: Record<Use, () => string> = {
  chat: () => texts.useChat,
  reasoning: () => texts.useReasoning,
  coding: () => texts.useCoding,
  'long-context': () => texts.useLongContext,
  batch: () => texts.useBatch,
};

/** How a cell stands: it runs, it runs with a reservation, or it does not. */
export type Standing = 'runs' | 'slow' | 'unfit';

type Judged = Pick<MatrixCell, 'fits' | 'limited_by'>;

export function standing(one: Judged): Standing {
  return !one.fits ? 'unfit' : one.limited_by === null ? 'runs' : 'slow';
}

/** Speeds from which a cell is painted deeper; they say nothing of whether it will do. */
export const paces = [8, 25] as const;

/** How deep a cell that runs is painted, 1 to 3. */
export function pace(tps: number): 1 | 2 | 3 {
  return tps >= paces[1] ? 3 : tps >= paces[0] ? 2 : 1;
}

/** Whether it runs, or what is short, in words. */
export function limitWords(one: Judged): string {
  switch (one.limited_by) {
    case 'ram':
      return texts.limitRam;
    case 'vram':
      return texts.limitVram;
    case 'disk':
      return texts.limitDisk;
    case 'speed':
      return texts.limitSpeed;
    case 'context':
      return texts.limitContext;
    default:
      return one.fits ? texts.runs : texts.legendUnfit;
  }
}

/** What a cell that does not fit says for itself. */
export function limitShort(one: Judged): string {
  switch (one.limited_by) {
    case 'ram':
      return texts.shortRam;
    case 'vram':
      return texts.shortVram;
    case 'disk':
      return texts.shortDisk;
    default:
      return texts.shortNone;
  }
}

/** An interval, or nothing where an end is unknown. */
export function interval(
  low: number | null | undefined,
  high: number | null | undefined,
  write: (value: number) => string,
): string | null {
  return low == null || high == null ? null : texts.interval(write(low), write(high));
}

/** A figure, or the word for unknown. */
export function known(value: number | null | undefined, write: (value: number) => string): string {
  return value == null ? texts.unknown : write(value);
}

/** The command that prints the same configuration. */
export function command(one: Configuration, use: string, machine: string | null): string {
  const parts = ['deepfit estimate', one.variant, '--quant', one.quantization, '--context', String(one.context)];
  if (one.kv_type_k === one.kv_type_v) parts.push('--kv-type', one.kv_type_k);
  else parts.push('--kv-type-k', one.kv_type_k, '--kv-type-v', one.kv_type_v);
  if (one.parallel > 1) parts.push('--parallel', String(one.parallel));
  parts.push('--use', use);
  if (machine !== null) parts.push('--machine', quote(machine));
  return parts.join(' ');
}

/** A word for a shell: between single quotes nothing means anything but itself. */
function quote(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Memory as one line: what is free of it where that is known, else how much there is. */
export function freeOf(available: number | null, total: number): string {
  return available === null ? figures.bytes(total) : texts.freeOf(figures.bytes(available), figures.bytes(total));
}

/**
 * The devices' names for people, by what the engine calls them. Of a machine that the engine has not seen, the devices beside
 * the CPU are its GPUs in their order.
 */
export function deviceNames(
  machine: Machine | undefined,
  devices: readonly DeviceMemory[],
): ReadonlyMap<string, string> {
  const names = new Map([['CPU', texts.systemMemory]]);
  const others = devices.filter((one) => one.device !== 'CPU');
  others.forEach((one, index) => {
    const seen = machine?.engine_devices.find((device) => device.name === one.device)?.description;
    const name = seen ?? (others.length === machine?.gpus.length ? machine.gpus[index]?.name : undefined);
    if (name !== undefined) names.set(one.device, `${name} (${one.device})`);
  });
  return names;
}
