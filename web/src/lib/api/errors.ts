/** What went wrong, in both languages, and the nearest right names. */
export class ApiError extends Error {
  readonly kind: string;
  readonly text: { readonly en: string; readonly zh: string };
  readonly suggestions: readonly string[];
  readonly status: number | null;

  constructor(
    kind: string,
    text: { en: string; zh: string },
    suggestions: readonly string[] = [],
    status: number | null = null,
  ) {
    super(text.en);
    this.name = 'ApiError';
    this.kind = kind;
    this.text = text;
    this.suggestions = suggestions;
    this.status = status;
  }

  /** Nobody answered: `deepfit web` was stopped, or never ran. */
  static serverGone(): ApiError {
    return new ApiError('server_gone', {
      en: 'DeepFit does not answer. It was stopped, or its window was closed: start “deepfit web” again.',
      zh: 'DeepFit 没有应答。它可能已停止，或其窗口已被关闭：请重新运行“deepfit web”。',
    });
  }

  /** Anything that was thrown, as an error that a person can read. */
  static from(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new ApiError('failed', { en: `Something went wrong: ${message}`, zh: `出错了：${message}` });
  }

  /** The error that a document of the API or an event of a stream holds. */
  static parse(body: unknown, status: number | null = null): ApiError | null {
    const error = (body as { error?: Record<string, unknown> } | null)?.error;
    if (typeof error?.['message'] !== 'string') return null;
    const message = error['message'];
    const zh = typeof error['message_zh'] === 'string' && error['message_zh'] !== '' ? error['message_zh'] : message;
    const suggestions = Array.isArray(error['suggestions'])
      ? error['suggestions'].filter((one): one is string => typeof one === 'string')
      : [];
    const kind = typeof error['kind'] === 'string' ? error['kind'] : 'failed';
    return new ApiError(kind, { en: message, zh }, suggestions, status);
  }
}

/** Whether this is only a request that was called off. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** The error in an answer that is not a success. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '');
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Not DeepFit's own words; the status below says it.
  }
  return (
    ApiError.parse(body, response.status) ??
    new ApiError(
      'failed',
      { en: `DeepFit answered ${response.status}.`, zh: `DeepFit 返回了 ${response.status}。` },
      [],
      response.status,
    )
  );
}
