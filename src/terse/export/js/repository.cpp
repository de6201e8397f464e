#include "terse/export/js/repository.h"

#include <fmt/format.h>

#include "terse/export/js/values.h"
#include "terse/export/text/text_template.h"

namespace terse::export_js {

std::string js_codec_yaml(const std::string& name, std::span<const JsExample> examples) {
  std::string text = fmt::format("uplinkDecoder:\n  fileName: {}.js\n  examples:\n", name);
  for (const JsExample& example : examples) {
    text += fmt::format(
        "    - description: {}\n      input:\n        fPort: 1\n        bytes: [{}]\n"
        "      output:\n        {}: {}\n",
        example.description, fmt::join(example.bytes, ", "), example.field, example.value);
  }
  return text;
}

std::string js_metadata(const std::string& name) {
  return export_text::fill("js_metadata.in", {{"NAME", name}});
}

std::string js_examples(std::span<const JsExample> examples) {
  std::string text;
  for (const JsExample& example : examples) {
    text += fmt::format(
        "{}  {{\n    \"type\": \"uplink\",\n    \"description\": {},\n"
        "    \"input\": {{\"fPort\": 1, \"bytes\": [{}]}},\n"
        "    \"output\": {{\"{}\": {}}}\n  }}",
        text.empty() ? "" : ",\n", js_text(example.description), fmt::join(example.bytes, ", "),
        example.field, example.value);
  }
  return "[\n" + text + "\n]\n";
}

}  // namespace terse::export_js
