import type { Model } from './api';

/** A version in a quantization. */
export interface Choice {
  readonly variant: string;
  readonly quantization: string;
}

/** The quantization that is offered unless somebody says otherwise. */
export const usualQuantization = 'Q4_K_M';

/** The choice itself where the catalogue has it, else the nearest that it has: an address may name anything. */
export function corrected(models: readonly Model[], { variant, quantization }: Choice): Choice {
  const model = models.find((one) => one.id === variant) ?? models[0];
  if (model === undefined) return { variant, quantization };
  const names = model.quantizations.map((one) => one.name);
  const wanted = [quantization, usualQuantization].find((one) => names.includes(one)) ?? names[0] ?? quantization;
  return { variant: model.id, quantization: wanted };
}
