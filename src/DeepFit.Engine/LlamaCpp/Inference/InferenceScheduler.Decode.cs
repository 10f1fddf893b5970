using DeepFit.Core.Text;
using DeepFit.Engine.LlamaCpp.Native;

namespace DeepFit.Engine.LlamaCpp.Inference;

/// <summary>The decode thread's work: composing batches, computing them, and what becomes of their outputs.</summary>
internal sealed unsafe partial class InferenceScheduler
{
    /// <summary>Fills the batch: the next token of whoever generates, then pieces of prompts, the oldest first.</summary>
    /// <returns>Whether there is anything to compute.</returns>
    private bool Compose()
    {
        batch.Clear();
        foreach (Slot slot in slots)
        {
            slot.Place = -1;
            slot.InBatch = 0;
            if (slot.Work is { } work && !slot.InPrompt && work.HasRoom())
            {
                slot.Place = batch.Add(slot.Next, slot.Cached.Count, slot.Id, output: true);
                slot.InBatch = 1;
            }
        }

        while (batch.Count < physicalBatch && OldestPrompt() is { } slot)
        {
            int[] prompt = slot.Work!.Prompt;
            int count = Math.Min(physicalBatch - batch.Count, prompt.Length - slot.PromptDone);
            for (int i = 0; i < count; i++)
            {
                int at = slot.PromptDone + i;
                bool last = at == prompt.Length - 1;
                int place = batch.Add(prompt[at], at, slot.Id, last);
                slot.Place = last ? place : slot.Place;
            }

            slot.InBatch = count;
        }

        return batch.Count > 0;
    }

    private Slot? OldestPrompt()
    {
        Slot? oldest = null;
        foreach (Slot slot in slots)
        {
            if (slot.InPrompt && slot.InBatch == 0 && (oldest is null || slot.Began < oldest.Began))
            {
                oldest = slot;
            }
        }

        return oldest;
    }

    private void Compute()
    {
        long start = clock.GetTimestamp();
        int result = batch.Decode(model.Context);
        if (result != 0)
        {
            Recover(result);
            return;
        }

        int prompt = 0, generating = 0, sampled = 0, reused = 0;
        foreach (Slot slot in slots)
        {
            if (slot.InBatch == 0)
            {
                continue;
            }

            if (slot.InPrompt)
            {
                reused += slot.PromptDone == slot.Reused ? slot.Reused : 0;
                slot.Cached.AddRange(slot.Work!.Prompt.AsSpan(slot.PromptDone, slot.InBatch));
                slot.PromptDone += slot.InBatch;
                prompt += slot.InBatch;
            }
            else
            {
                slot.Cached.Add(slot.Next);
                generating++;
            }
        }

        foreach (Slot slot in slots)
        {
            if (slot.Place >= 0)
            {
                sampled++;
                Sample(slot);
            }
        }

        long held = 0;
        foreach (Slot slot in slots)
        {
            held += slot.Cached.Count;
        }

        lock (gate)
        {
            counters.Reused(reused);
            counters.Batch(prompt, generating, sampled, clock.GetElapsedTime(start), held);
        }
    }

    /// <summary>Samples a slot's next token and passes on its text.</summary>
    private void Sample(Slot slot)
    {
        Generation work = slot.Work!;
        float* logits = Llama.Logits(model.Context, slot.Place);
        bool reasoning = work.Text.InReasoning;
        int token = work.Sampler.Sample(logits, work.IsFree);
        if (token < 0)
        {
            // the grammar leaves no token: it is complete, and the vocabulary has no end, or biases forbid all that it allows
            Finish(slot, FinishReason.Stop);
            return;
        }

        long now = clock.GetTimestamp();
        slot.First = slot.First == 0 ? now : slot.First;
        slot.Last = now;
        slot.Generated++;
        slot.ReasoningTokens += reasoning ? 1 : 0;
        if (!work.Request.IgnoreEnd && tokenizer.IsEnd(token))
        {
            Finish(slot, FinishReason.Stop);
            return;
        }

        slot.Untold++;
        if (work.Request.LogProbs is { } top)
        {
            (slot.UntoldLogProbs ??= []).Add(LogProbabilities.Of(new ReadOnlySpan<float>(logits, tokenizer.Count), token, top, tokenizer));
        }

        bool spelled = work.Request.Tools.Count > 0 && tokenizer.IsControl(token);
        bool stopped = work.Text.Push(spelled ? tokenizer.SpelledPiece(token).Span : tokenizer.Piece(token));
        if (stopped || slot.Generated >= work.MostTokens || slot.Cached.Count >= ContextLength)
        {
            Finish(slot, stopped ? FinishReason.Stop : FinishReason.Length);
            return;
        }

        if (work.Emit(slot.Untold, slot.UntoldLogProbs))
        {
            slot.Untold = 0;
            slot.UntoldLogProbs = null;
        }

        slot.Next = token;
    }

    /// <summary>A batch that was not computed: makes room, ends what found none, or fails those that were in it. The others go on.</summary>
    private void Recover(int result)
    {
        if (result == 1)
        {
            // a shared cache is full: idle slots give up what they hold; if none does, the youngest request has to end
            Slot? idle = slots.Where(s => s.Work is null && s.Cached.Count > 0).MinBy(s => s.Released);
            if (idle is not null)
            {
                Forget(idle);
                return;
            }

            Slot youngest = slots.Where(s => s.InBatch > 0).MaxBy(s => s.Began)!;
            if (youngest.Generated > 0)
            {
                Finish(youngest, FinishReason.Length);
            }
            else
            {
                Fail(youngest, new GenerationRequestException("messages", "context_length_exceeded", new BilingualText(
                    "The context that all requests share is full. Try again when others have ended, shorten the prompt, or start with a longer context (--context).",
                    "所有请求共用的上下文已满。请等待其他请求结束后重试、缩短提示，或以更长的上下文（--context）启动。")));
            }

            Forget(youngest);
            return;
        }

        IReadOnlyList<string> errors = EngineLog.TakeErrors();
        EngineFailedException error = EngineClient.IsOutOfMemory(errors)
            ? EngineClient.OutOfMemory(errors)
            : new EngineFailedException(
                EngineFailure.Failed,
                new BilingualText(
                    $"The engine could not compute this batch (llama_decode returned {result}){(errors.Count > 0 ? $": {errors[^1]}" : "")}.",
                    $"推理引擎无法完成这一批计算（llama_decode 返回 {result}）{(errors.Count > 0 ? $"：{errors[^1]}" : "")}。"),
                errors);
        foreach (Slot slot in slots)
        {
            if (slot.InBatch > 0)
            {
                Fail(slot, error);
                Forget(slot);
            }
        }
    }

    private void Forget(Slot slot)
    {
        Llama.MemorySequenceRemove(memory, slot.Id, -1, -1);
        slot.Cached.Clear();
    }
}
