using System.Runtime.InteropServices;

namespace DeepFit.Engine.LlamaCpp.Native;

/// <summary>llama.cpp's C API (llama.h, v0.4.0): vocabulary, metadata and chat templates.</summary>
internal static unsafe partial class LlamaVocab
{
    [LibraryImport(Llama.Library, EntryPoint = "llama_model_get_vocab")]
    internal static partial nint Of(nint model);

    [LibraryImport(Llama.Library, EntryPoint = "llama_vocab_type")]
    internal static partial int Kind(nint vocab);

    [LibraryImport(Llama.Library, EntryPoint = "llama_vocab_n_tokens")]
    internal static partial int Count(nint vocab);

    [LibraryImport(Llama.Library, EntryPoint = "llama_vocab_is_eog")]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool IsEnd(nint vocab, int token);

    [LibraryImport(Llama.Library, EntryPoint = "llama_vocab_is_control")]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool IsControl(nint vocab, int token);

    [LibraryImport(Llama.Library, EntryPoint = "llama_vocab_bos")]
    internal static partial int Beginning(nint vocab);

    [LibraryImport(Llama.Library, EntryPoint = "llama_vocab_eos")]
    internal static partial int End(nint vocab);

    [LibraryImport(Llama.Library, EntryPoint = "llama_vocab_get_add_bos")]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool AddsBeginning(nint vocab);

    [LibraryImport(Llama.Library, EntryPoint = "llama_tokenize")]
    internal static partial int Tokenize(
        nint vocab, byte* text, int length, int* tokens, int most, [MarshalAs(UnmanagedType.U1)] bool addSpecial, [MarshalAs(UnmanagedType.U1)] bool parseSpecial);

    [LibraryImport(Llama.Library, EntryPoint = "llama_token_to_piece")]
    internal static partial int Piece(nint vocab, int token, byte* buffer, int length, int leftStrip, [MarshalAs(UnmanagedType.U1)] bool special);

    [LibraryImport(Llama.Library, EntryPoint = "llama_model_meta_val_str", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MetaText(nint model, string key, byte* buffer, nuint size);

    [LibraryImport(Llama.Library, EntryPoint = "llama_model_chat_template")]
    internal static partial byte* ChatTemplate(nint model, byte* name);

    [LibraryImport(Llama.Library, EntryPoint = "llama_chat_apply_template")]
    internal static partial int ApplyTemplate(byte* template, LlamaChatMessage* chat, nuint count, [MarshalAs(UnmanagedType.U1)] bool addAssistant, byte* buffer, int length);

    [LibraryImport(Llama.Library, EntryPoint = "llama_model_n_ctx_train")]
    internal static partial int TrainedContext(nint model);
}

/// <summary><c>llama_chat_message</c> (llama.h, llama.cpp v0.4.0).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaChatMessage
{
    public byte* Role;
    public byte* Content;
}
