namespace DeepFit.TestModels;

/// <summary>Chat templates for test models: what R1's do, in words of their own that the same recognition finds.</summary>
public static class ChatTemplates
{
    /// <summary>As R1 is published since February 2025: the prompt opens the reasoning, earlier reasoning is dropped.</summary>
    public const string DeepSeekR1 =
        "{% set ns = namespace(system='') %}{% for m in messages %}{% if m['role'] == 'system' %}{% set ns.system = m['content'] %}{% endif %}{% endfor %}{{ bos_token }}{{ ns.system }}"
        + "{% for message in messages %}{% if message['role'] == 'user' %}{{ '<｜User｜>' + message['content'] }}{% endif %}"
        + "{% if message['role'] == 'assistant' %}{{ '<｜Assistant｜>' + message['content'].split('</think>')[-1] + '<｜end▁of▁sentence｜>' }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<｜Assistant｜><think>\\n' }}{% endif %}";

    /// <summary>As in January 2025: the model opens its reasoning itself.</summary>
    public const string DeepSeekR1First =
        "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '<｜User｜>' + message['content'] }}{% endif %}"
        + "{% if message['role'] == 'assistant' %}{{ '<｜Assistant｜>' + message['content'].split('</think>')[-1] + '<｜end▁of▁sentence｜>' }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<｜Assistant｜>' }}{% endif %}";

    /// <summary>With functions, as llama.cpp's own for R1.</summary>
    public const string DeepSeekR1Tools =
        "{{ bos_token }}{% if tools %}{{ tools | tojson(indent=2) }}{% endif %}"
        + "{% for message in messages %}{% if message['role'] == 'user' %}{{- '<｜User｜>' + message['content'] + '<｜end▁of▁sentence｜>' -}}{% endif %}"
        + "{% if message['role'] == 'assistant' %}{{ '<｜Assistant｜>' + message['content'].split('</think>')[-1] + '<｜end▁of▁sentence｜>' }}{% endif %}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<｜Assistant｜><think>\\n' }}{% endif %}";

    /// <summary>One that nobody knows.</summary>
    public const string Unheard = "{% for m in messages %}[[{{ m.role }}]] {{ m.content }}{% endfor %}";
}
