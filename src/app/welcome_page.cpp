#include "app/welcome_page.h"

#include <fmt/format.h>

namespace tollgate::app {
namespace {

std::string html_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 46rem; margin: 4rem auto; padding: 0 1rem; }}
pre {{ overflow-x: auto; padding: 1rem; border: 1px solid #8886; border-radius: .5rem; }}
</style>
</head>
<body>
<h1>{0}</h1>
<p>One endpoint and one key in front of every AI provider. This gateway answers at <code>{1}</code>.</p>
<h2>A first call</h2>
<pre>curl -N {1}/v1/chat/completions \
  -H "Authorization: Bearer $KEY" \
  -H "Content-Type: application/json" \
  -d '{{"model":"demo","stream":true,"messages":[{{"role":"user","content":"Hello"}}]}}'</pre>
<p><code>$KEY</code> is a token of yours; the first start printed one. The model <code>demo</code> is built in and
free.</p>
<h2>Where to go on</h2>
<ul>
<li>OpenAI's clients: base URL <code>{1}/v1</code></li>
<li>Anthropic's clients: base URL <code>{1}</code></li>
<li><a href="/v1/models">/v1/models</a> (wants the key), <a href="/api/status">/api/status</a>,
<a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a></li>
</ul>
</body>
</html>
)html";

}  // namespace

std::string welcome_page(std::string_view system_name, std::string_view address) {
  return fmt::format(fmt::runtime(kPage), html_escape(system_name), html_escape(address));
}

}  // namespace tollgate::app
