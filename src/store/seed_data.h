#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "store/prices.h"

/// The contents of a fresh database that are data. Internal to store.
namespace tollgate::store {

struct OwnerSeed {
  std::int64_t id;
  std::string_view name;
};

// clang-format off
inline constexpr std::array kOwnerSeeds{
    OwnerSeed{1, "OpenAI"},
    OwnerSeed{11, "Google PaLM"},
    OwnerSeed{14, "Anthropic"},
    OwnerSeed{15, "Baidu"},
    OwnerSeed{16, "Zhipu"},
    OwnerSeed{17, "Qwen"},
    OwnerSeed{18, "Spark"},
    OwnerSeed{19, "360"},
    OwnerSeed{20, "OpenRouter"},
    OwnerSeed{23, "Tencent"},
    OwnerSeed{25, "Google Gemini"},
    OwnerSeed{26, "Baichuan"},
    OwnerSeed{27, "MiniMax"},
    OwnerSeed{28, "Deepseek"},
    OwnerSeed{29, "Moonshot"},
    OwnerSeed{30, "Mistral"},
    OwnerSeed{31, "Groq"},
    OwnerSeed{33, "Yi"},
    OwnerSeed{34, "Midjourney"},
    OwnerSeed{35, "Cloudflare AI"},
    OwnerSeed{36, "Cohere"},
    OwnerSeed{37, "Stability AI"},
    OwnerSeed{38, "Coze"},
    OwnerSeed{39, "Ollama"},
    OwnerSeed{40, "Hunyuan"},
    OwnerSeed{41, "Suno"},
    OwnerSeed{43, "Meta"},
    OwnerSeed{44, "Ideogram"},
    OwnerSeed{45, "Siliconflow"},
    OwnerSeed{46, "Flux"},
    OwnerSeed{47, "Jina"},
    OwnerSeed{48, "Rerank"},
    OwnerSeed{51, "RecraftAI"},
    OwnerSeed{53, "Kling"},
    OwnerSeed{56, "xAI"},
};

/// Models of one price: type tokens as ratios (1 = 2 USD a million), type times in units of 0.002 USD a call.
struct PriceSeed {
  std::int32_t owner;
  PriceType type;
  std::string_view input, output;
  std::string_view models;  ///< comma list
};

inline constexpr std::array kPriceSeeds{
    // The built-in demonstration provider is free.
    PriceSeed{0, PriceType::tokens, "0", "0", "demo-*"},
    PriceSeed{1, PriceType::tokens, "15", "30", "gpt-4, gpt-4-0314, gpt-4-0613"},
    PriceSeed{1, PriceType::tokens, "30", "60", "gpt-4-32k, gpt-4-32k-0314, gpt-4-32k-0613"},
    PriceSeed{1, PriceType::tokens, "5", "15",
              "gpt-4-preview, gpt-4-turbo, gpt-4-turbo-2024-04-09, gpt-4-1106-preview, "
              "gpt-4-0125-preview, gpt-4-turbo-preview, gpt-4-vision-preview"},
    PriceSeed{1, PriceType::tokens, "2.5", "7.5", "gpt-4o"},
    PriceSeed{1, PriceType::tokens, "0.25", "0.75", "gpt-3.5-turbo, gpt-3.5-turbo-0125"},
    PriceSeed{1, PriceType::tokens, "0.75", "1", "gpt-3.5-turbo-0301, gpt-3.5-turbo-0613, gpt-3.5-turbo-instruct"},
    PriceSeed{1, PriceType::tokens, "1.5", "2", "gpt-3.5-turbo-16k, gpt-3.5-turbo-16k-0613"},
    PriceSeed{1, PriceType::tokens, "0.5", "1", "gpt-3.5-turbo-1106"},
    PriceSeed{1, PriceType::tokens, "1", "1", "davinci-002"},
    PriceSeed{1, PriceType::tokens, "0.2", "0.2", "babbage-002"},
    PriceSeed{1, PriceType::tokens, "15", "15", "whisper-1, tts-1-hd, tts-1-hd-1106"},
    PriceSeed{1, PriceType::tokens, "7.5", "7.5", "tts-1, tts-1-1106"},
    PriceSeed{1, PriceType::tokens, "0.05", "0.05", "text-embedding-ada-002"},
    PriceSeed{1, PriceType::tokens, "0.01", "0.01", "text-embedding-3-small"},
    PriceSeed{1, PriceType::tokens, "0.065", "0.065", "text-embedding-3-large"},
    PriceSeed{1, PriceType::tokens, "0.1", "0.1", "text-moderation-stable, text-moderation-latest"},
    PriceSeed{1, PriceType::tokens, "8", "8", "dall-e-2"},
    PriceSeed{1, PriceType::tokens, "20", "20", "dall-e-3"},
    PriceSeed{14, PriceType::tokens, "0.4", "1.2", "claude-instant-1.2"},
    PriceSeed{14, PriceType::tokens, "4", "12", "claude-2.0, claude-2.1"},
    PriceSeed{14, PriceType::tokens, "7.5", "22.5", "claude-3-opus-20240229"},
    PriceSeed{14, PriceType::tokens, "1.3", "3.9", "claude-3-sonnet-20240229"},
    PriceSeed{14, PriceType::tokens, "0.125", "0.625", "claude-3-haiku-20240307"},
    PriceSeed{15, PriceType::tokens, "0.2857", "0.5714", "ERNIE-Speed"},
    PriceSeed{15, PriceType::tokens, "0.8572", "0.8572", "ERNIE-Bot, ERNIE-3.5-8K"},
    PriceSeed{15, PriceType::tokens, "1.7143", "3.4286", "ERNIE-Bot-8k"},
    PriceSeed{15, PriceType::tokens, "0.5715", "0.5715", "ERNIE-Bot-turbo"},
    PriceSeed{15, PriceType::tokens, "8.572", "8.572", "ERNIE-Bot-4, ERNIE-4.0"},
    PriceSeed{15, PriceType::tokens, "0.1429", "0.1429", "Embedding-V1"},
    PriceSeed{15, PriceType::tokens, "0.2857", "0.2857", "BLOOMZ-7B"},
    PriceSeed{11, PriceType::tokens, "1", "1", "PaLM-2"},
    PriceSeed{25, PriceType::tokens, "0.25", "0.75", "gemini-pro, gemini-pro-vision, gemini-1.0-pro"},
    PriceSeed{25, PriceType::tokens, "1.75", "5.25", "gemini-1.5-pro, gemini-1.5-pro-latest"},
    PriceSeed{25, PriceType::tokens, "0.175", "0.265", "gemini-1.5-flash, gemini-1.5-flash-latest"},
    PriceSeed{25, PriceType::tokens, "1", "1", "gemini-ultra"},
    PriceSeed{16, PriceType::tokens, "0.3572", "0.3572", "glm-3-turbo"},
    PriceSeed{16, PriceType::tokens, "7.143", "7.143", "glm-4, glm-4v"},
    PriceSeed{16, PriceType::tokens, "0.0357", "0.0357", "embedding-2"},
    PriceSeed{16, PriceType::tokens, "17.8571", "17.8571", "cogview-3"},
    PriceSeed{17, PriceType::tokens, "0.5715", "0.5715", "qwen-turbo, qwen-vl-plus"},
    PriceSeed{17, PriceType::tokens, "1.4286", "1.4286", "qwen-plus, qwen-vl-max"},
    PriceSeed{17, PriceType::tokens, "8.5714", "8.5714", "qwen-max, qwen-max-longcontext"},
    PriceSeed{17, PriceType::tokens, "0.05", "0.05", "text-embedding-v1"},
    PriceSeed{18, PriceType::tokens, "1.2858", "1.2858", "SparkDesk"},
    PriceSeed{18, PriceType::tokens, "0", "0", "SparkDesk-v1.1"},
    PriceSeed{18, PriceType::tokens, "2.1429", "2.1429", "SparkDesk-v2.1, SparkDesk-v3.1, SparkDesk-v3.5"},
    PriceSeed{18, PriceType::tokens, "7.1429", "7.1429", "SparkDesk-v4.0"},
    PriceSeed{19, PriceType::tokens, "0.8572", "0.8572", "360GPT_S2_V9"},
    PriceSeed{19, PriceType::tokens, "0.0715", "0.0715", "embedding-bert-512-v1, embedding_s1_v1, semantic_similarity_s1_v1"},
    PriceSeed{23, PriceType::tokens, "7.143", "7.143", "hunyuan, ChatPro"},
    PriceSeed{23, PriceType::tokens, "0.7143", "0.7143", "ChatStd"},
    PriceSeed{26, PriceType::tokens, "0.5715", "0.5715", "Baichuan2-Turbo"},
    PriceSeed{26, PriceType::tokens, "1.143", "1.143", "Baichuan2-Turbo-192k"},
    PriceSeed{26, PriceType::tokens, "1.4286", "1.4286", "Baichuan2-53B"},
    PriceSeed{26, PriceType::tokens, "0.0357", "0.0357", "Baichuan-Text-Embedding"},
    PriceSeed{27, PriceType::tokens, "0.3572", "0.3572", "abab5.5s-chat"},
    PriceSeed{27, PriceType::tokens, "1.0714", "1.0714", "abab5.5-chat"},
    PriceSeed{27, PriceType::tokens, "14.2857", "14.2857", "abab6-chat"},
    PriceSeed{27, PriceType::tokens, "0.0357", "0.0357", "embo-01"},
    PriceSeed{28, PriceType::tokens, "0.75", "0.75", "deepseek-coder, deepseek-chat"},
    PriceSeed{29, PriceType::tokens, "0.8572", "0.8572", "moonshot-v1-8k"},
    PriceSeed{29, PriceType::tokens, "1.7143", "1.7143", "moonshot-v1-32k"},
    PriceSeed{29, PriceType::tokens, "4.2857", "4.2857", "moonshot-v1-128k"},
    PriceSeed{30, PriceType::tokens, "0.125", "0.125", "open-mistral-7b"},
    PriceSeed{30, PriceType::tokens, "0.35", "0.35", "open-mixtral-8x7b"},
    PriceSeed{30, PriceType::tokens, "1", "3", "mistral-small-latest"},
    PriceSeed{30, PriceType::tokens, "1.35", "4.05", "mistral-medium-latest"},
    PriceSeed{30, PriceType::tokens, "4", "12", "mistral-large-latest"},
    PriceSeed{30, PriceType::tokens, "0.05", "0.05", "mistral-embed"},
    PriceSeed{31, PriceType::tokens, "0.35", "0.4", "llama2-70b-4096"},
    PriceSeed{31, PriceType::tokens, "0.05", "0.05", "llama2-7b-2048, gemma-7b-it"},
    PriceSeed{31, PriceType::tokens, "0.135", "0.135", "mixtral-8x7b-32768"},
    PriceSeed{33, PriceType::tokens, "0.1786", "0.1786", "yi-34b-chat-0205"},
    PriceSeed{33, PriceType::tokens, "0.8571", "0.8571", "yi-34b-chat-200k"},
    PriceSeed{33, PriceType::tokens, "0.4286", "0.4286", "yi-vl-plus"},
    PriceSeed{35, PriceType::tokens, "0", "0",
              "@cf/stabilityai/stable-diffusion-xl-base-1.0, "
              "@cf/lykon/dreamshaper-8-lcm, "
              "@cf/bytedance/stable-diffusion-xl-lightning, "
              "@cf/qwen/qwen1.5-7b-chat-awq, @cf/qwen/qwen1.5-14b-chat-awq, "
              "@hf/thebloke/deepseek-coder-6.7b-base-awq, @hf/google/gemma-7b-it, "
              "@hf/thebloke/llama-2-13b-chat-awq, @cf/openai/whisper"},
    PriceSeed{36, PriceType::tokens, "0.25", "0.75", "command-r"},
    PriceSeed{36, PriceType::tokens, "1.5", "7.5", "command-r-plus"},
    PriceSeed{37, PriceType::tokens, "32.5", "32.5", "sd3"},
    PriceSeed{37, PriceType::tokens, "20", "20", "sd3-turbo"},
    PriceSeed{37, PriceType::tokens, "15", "15", "stable-image-core"},
    PriceSeed{40, PriceType::tokens, "0", "0", "hunyuan-lite"},
    PriceSeed{40, PriceType::tokens, "0.3214", "0.3571", "hunyuan-standard"},
    PriceSeed{40, PriceType::tokens, "1.0714", "4.2857", "hunyuan-standard-256k"},
    PriceSeed{40, PriceType::tokens, "2.1429", "7.1429", "hunyuan-pro"},
    PriceSeed{34, PriceType::times, "50", "50",
              "mj_imagine, mj_variation, mj_reroll, mj_blend, mj_modal, mj_zoom, "
              "mj_shorten, mj_high_variation, mj_low_variation, mj_pan"},
    PriceSeed{34, PriceType::times, "25", "25", "mj_describe, mj_upscale, mj_swap_face"},
    PriceSeed{34, PriceType::times, "0", "0", "mj_inpaint, mj_custom_zoom, mj_upload"},
    PriceSeed{41, PriceType::times, "5", "5", "suno_lyrics"},
    PriceSeed{41, PriceType::times, "50", "50", "chirp-v3-0, chirp-v3-5"},
};
// clang-format on

}  // namespace tollgate::store
