import { bilingual } from '$lib/i18n';

/** The paragraphs of the guide. Figures that a source or this machine has come in as arguments. */
export const prose = bilingual(
  {
    lead: 'What the versions are, what they need, and which of the figures that go round hold. Wherever a guide gives a rule of thumb, what DeepFit works out for this machine stands beside it, with the reason for the difference.',

    b1: (exact: string) =>
      `B stands for billion and counts parameters: the numbers that a model learned in training. 7B means about seven billion of them; the version of that name has ${exact} exactly.`,
    b2: 'To write one token, a word or a piece of one, a model reads every parameter once. More parameters therefore take more memory and, on the same machine, more time. What they buy is knowledge and skill, though not in proportion, as the benchmarks below show.',
    b3: (total: string, active: string) =>
      `671B is the exception. It is a mixture of experts: of its ${total} parameters, one token uses ${active}. It needs memory for all of them, but the arithmetic of a much smaller model.`,

    family1:
      'DeepSeek published R1 in seven sizes, from one for modest hardware to one for several servers. In May 2025 a refresh followed for two of them, marked 0528.',

    hardware1:
      'A popular guide sorts the versions into these classes. They are meant for inference, that is for running a finished model, and leave generous room. The last column is what the usual 4-bit file really takes, worked out from its exact list of tensors.',
    hardwareCpu:
      'Grows with the model, since without a GPU the processor becomes the bottleneck. For generating text, how fast it reads memory matters even more than its number of cores.',
    hardwareGpu:
      'Its memory decides. A version that fits into it runs at the card’s full speed; layers that do not fit stay in system memory and slow everything down. Several cards can share one model.',
    hardwareRam:
      'Holds the parameters that no GPU holds, intermediate results, and the key/value cache, which grows with the context.',
    hardwareDisk: 'Holds the download, and whatever is needed while a model is fetched, checked and loaded.',
    hardwareTraining:
      'Training is another matter: gradients, optimizer state and activations come on top of the weights, so it needs far more GPU and memory than running the same model. “deepfit estimate --train” works it out. What running needs also depends on quantization, on the engine, and on whether the work is spread over several machines.',

    rule1:
      'Parameters times bytes per parameter: that is the rule. Guides mostly count 4 bytes, which makes 7 billion × 4 = 28 GB. (One of them prints “70B” there; it means 7B.)',
    rule2:
      'Hardly anybody runs 4 bytes. What is shipped has mostly 4 to 5 bits a weight, so for a 7B the rule overstates the weights by a factor of about six. And it leaves out the cache, which grows with the context, and the engine’s own buffers. Choose, and compare:',
    rule3:
      'Why even the rule at half a byte is off: a shipped quantization mixes types. Q4_K_M averages 4.8 to 4.9 bits, not 4, because some tensors are kept wider; and neither cache nor buffers are in the rule.',

    distilled1:
      'The number only counts parameters, so 7B and 8B are not cut-down editions of anything called 7B or 8B. What trips people up is something else: of all the versions, only 671B is DeepSeek-R1.',
    distilled2:
      'The others are distilled. They are Qwen and Llama models that were trained further on answers which R1 had written. They picked up R1’s way of reasoning step by step; architecture and knowledge remain those of the model they were made from. Whoever runs “DeepSeek-R1 7B” runs a Qwen with R1’s manners. That can be just what is needed, as long as nobody expects R1 from it.',
    distilled3: 'What this means for each version:',

    quantization1:
      'Quantization stores each weight in fewer bits. The file and the memory shrink accordingly, and since generating a token means reading the weights, it gets faster as well. In return, answers get a little worse.',
    quantization2:
      'Names such as Q4_K_M tell the recipe: about 4 bits, of llama.cpp’s K family, in its medium mix (M), which keeps some tensors wider. How much of every score a recipe costs is fitted to published measurements; the range is where 80% of them lie around the fit.',
    quantization3:
      'The same recipe costs a small model more than a large one. Which is better for you, a larger version in fewer bits or a smaller one in more, the planner weighs cell by cell.',

    thinking1:
      'R1 writes down what it thinks before it answers. The question, the thoughts and the answer must all fit into the context. When it is full, generation ends, wherever the model is: in the middle of a thought, and without an answer.',
    thinking2:
      'That is what happens with a context of 2,048 tokens, which Ollama set by default in earlier releases; today it sets 4,096 where there is less than 24 GiB of GPU memory. How long a version thinks has been measured for several benchmarks. From that, this is what a question takes:',
    thinking3:
      'A long conversation fills the context more slowly than one might fear: R1’s template drops earlier thoughts, so only questions and answers are carried along. For sampling, DeepSeek recommends a temperature of 0.6, top-p of 0.95, and no system prompt. DeepFit sets all three.',
    thinking4:
      'A longer context costs memory, in proportion: that is the cache in the section above. The planner starts with what your use needs.',

    claims1:
      'The guide also says how much more each version computes and how much better it is than the one before. Its compute figure is the ratio of parameter counts, less one. Its figure for quality names no test and no source. Here is what has been measured.',

    choose1: 'By what it is for, and by what there is to run it on.',
    chooseSmall: 'Simple text work, learning, small projects, little hardware: 1.5B or 7B.',
    chooseMiddle: 'Better answers, longer texts, harder questions: 14B and up.',
    chooseLarge: 'Research, or a company: 32B, 70B, or 671B, the only one that is R1 itself.',
    chooseSpeed:
      'If speed and low consumption count most, take a small one. If quality counts, take the largest that answers in a time you accept; that it fits is not enough, since R1 thinks for thousands of tokens first.',
    choose2:
      'DeepFit weighs all this for your machine: it judges every version in every quantization, and says which to take, which would be faster, and which smarter.',

    next1:
      'A test-drive measures the speed on this machine without downloading the model. Then DeepFit fetches the right file, checks it, starts it, and shows whether memory and speed come out as predicted. The chat is on the same page.',
    next2:
      'For 70B and 671B one machine is often not enough. “deepfit export” writes the files for several GPUs and several machines; “deepfit capacity” works out how many of them a team needs.',

    basis1: 'Every figure in DeepFit says what it stands on. A higher rung always replaces a lower one.',
  },
  {
    lead: '各个版本是什么、需要什么，流传的数字哪些可信。凡是教程给出经验公式的地方，旁边都有 DeepFit 为本机算出的结果，并说明两者为何不同。',

    b1: (exact) => `B 是 billion（十亿）的缩写，数的是参数，也就是模型在训练中学到的数值。7B 指约七十亿个参数；以此命名的版本准确说有 ${exact} 个。`,
    b2: '每写出一个 token（一个词或词的一部分），模型都要把全部参数读一遍。参数越多，占用的内存就越大，在同一台机器上也就越慢。换来的是知识和能力，但并不成正比，下文的评测可以看到这一点。',
    b3: (total, active) =>
      `671B 是例外。它是混合专家模型：${total} 参数中，每个 token 只用到 ${active}。内存要装得下全部参数，计算量却只相当于小得多的模型。`,

    family1: 'DeepSeek 发布了七种大小的 R1，小的配置一般的机器就能运行，大的要用多台服务器。2025 年 5 月，其中两种推出了更新版，以 0528 标记。',

    hardware1:
      '一篇流行的教程把各版本分成下面几档。这些建议针对推理，即运行训练好的模型，并留了很大余量。最后一列是常用的 4 位文件实际占用的内存，由精确的张量清单算出。',
    hardwareCpu: '模型越大要求越高，因为没有 GPU 时处理器会成为瓶颈。就生成文字而言，读内存的速度比核心数更要紧。',
    hardwareGpu: '显存起决定作用。整个放得进显存的版本能跑出显卡的全速；放不下的层留在系统内存，会拖慢整体。多块显卡可以共同承载一个模型。',
    hardwareRam: '存放不在 GPU 上的参数、中间结果，以及随上下文增长的键值缓存。',
    hardwareDisk: '存放下载的模型，以及下载、校验、载入过程中需要的空间。',
    hardwareTraining:
      '训练是另一回事：除权重外，还有梯度、优化器状态和激活值，对 GPU 和内存的要求远高于运行同一个模型，可用“deepfit estimate --train”计算。运行所需还取决于量化、推理引擎，以及是否分布到多台机器上。',

    rule1: '参数量乘以每个参数的字节数，这就是经验公式。教程多按 4 字节计算：70 亿 × 4 = 28 GB。（有的教程此处误写成“70B”，其实指的是 7B。）',
    rule2:
      '几乎没有人用 4 字节运行。实际发布的文件大多每个权重 4 到 5 位，因此对 7B 来说，这个公式把权重高估了约六倍；它也没有计入随上下文增长的缓存和引擎自己的缓冲。选一个版本对照看看：',
    rule3: '为什么按半个字节算也不准：实际的量化混用多种类型，Q4_K_M 平均 4.8 到 4.9 位而不是 4 位，因为部分张量保留了更高的精度；公式里也没有缓存和缓冲。',

    distilled1: '这个数字只表示参数的数量，所以 7B 和 8B 并不是什么“7B、8B 的删减版”。真正容易误解的是另一点：所有版本中，只有 671B 才是 DeepSeek-R1。',
    distilled2:
      '其余版本都是蒸馏模型：它们是 Qwen 和 Llama，用 R1 写出的解答继续训练而成。它们学到了 R1 逐步推理的方式，架构和知识仍来自各自的基座模型。运行“DeepSeek-R1 7B”，运行的其实是一个学会了 R1 思考方式的 Qwen。这可能正合所需，只是不要指望它就是 R1。',
    distilled3: '具体到每个版本：',

    quantization1: '量化就是用更少的位数存储每个权重。文件和内存占用随之变小；由于生成每个 token 都要读一遍权重，速度也会变快。代价是回答质量略有下降。',
    quantization2:
      'Q4_K_M 这样的名字说明了配方：约 4 位，属于 llama.cpp 的 K 系列，中等混合（M），部分张量保留更高的精度。每种配方使成绩损失多少，是根据公开的实测拟合的；范围表示 80% 的实测落在拟合值附近的区间。',
    quantization3: '同样的配方，小模型的损失比大模型大。大版本用更少的位数，还是小版本用更多的位数，规划会逐格替您权衡。',

    thinking1: 'R1 会先把思考过程写出来，再给出回答。提问、思考和回答必须全部放进上下文。上下文一满，生成就会中止，不管模型想到哪里：可能正想到一半，而且没有回答。',
    thinking2:
      '上下文只有 2,048 个 token 时就会这样，而这正是 Ollama 早期版本的默认值；现在显存不足 24 GiB 时，它默认设为 4,096。各版本会思考多长，已有若干评测实测过。据此，一个问题需要：',
    thinking3:
      '长对话占用上下文没有想象的那么快：R1 的模板会丢弃之前的思考，只带上之前的提问和回答。采样参数方面，DeepSeek 建议 temperature 0.6、top-p 0.95、不加系统提示词，DeepFit 都会照此设置。',
    thinking4: '上下文越长，占用的内存按比例增加，即上一节中的缓存。规划会从您的用途所需的长度开始。',

    claims1: '教程还说了每个版本比前一个多多少计算量、好多少。其中计算量只是参数量之比减一；质量的数字既没有说明用什么测试，也没有出处。下面是实际测得的数据。',

    choose1: '看用途，也看手头的硬件。',
    chooseSmall: '简单的文字处理、学习、小项目，硬件有限：1.5B 或 7B。',
    chooseMiddle: '要更好的回答、更长的文本、更难的问题：14B 及以上。',
    chooseLarge: '研究机构或企业：32B、70B，或 671B，只有它才是 R1 本身。',
    chooseSpeed: '最看重速度和低占用，选小的；看重质量，选回答时间可以接受的最大版本。光是放得下还不够，因为 R1 会先思考几千个 token。',
    choose2: 'DeepFit 会为您的机器权衡这一切：评估每个版本的每种量化，告诉您该选哪一个、哪个更快、哪个更聪明。',

    next1: '试跑无需下载模型，就能测出它在本机的速度。随后 DeepFit 会下载合适的文件、校验、启动，并显示内存和速度是否与预测相符。对话也在同一个页面上。',
    next2: '运行 70B 和 671B，一台机器往往不够。“deepfit export”可生成用于多块 GPU、多台机器的文件，“deepfit capacity”可算出一个团队需要多少台。',

    basis1: 'DeepFit 的每个数字都会说明依据。高一级的依据总是取代低一级的。',
  },
);
