#include "terse/cli/serve_predictor.h"

#include "terse/base/error.h"
#include "terse/serve/predictor/address.h"
#include "terse/serve/predictor/client.h"
#include "terse/text/quoting.h"

namespace terse::cli {

void add_predictor_option(Command command, std::vector<std::string>& predictors) {
  command.add_option("--predictor", predictors,
                     "[NAME=]http://HOST:PORT[/v2/models/MODEL[/versions/V]], a server of the Open "
                     "Inference Protocol that predicts for models whose file holds the encoder "
                     "alone; without MODEL it is asked for the served name; may be repeated");
}

void read_predictors(const std::vector<std::string>& predictors,
                     serve::core::RegistrySources& sources) {
  for (const std::string& text : predictors) {
    const std::size_t equals = text.find('=');
    const bool named = equals < text.find("://");
    const std::string name = named ? text.substr(0, equals) : "";
    std::string url = named ? text.substr(equals + 1) : text;
    serve::predictor::parse_address(url);
    if (named && name.empty()) {
      throw base::InputError("--predictor", "", text::in_quotes(text) + " names no model",
                             "write NAME=URL, or the URL alone");
    }
    if (!sources.predictors.try_emplace(name, std::move(url)).second) {
      throw base::InputError("--predictor", "", text::in_quotes(text) + " is the second for it",
                             "give one for each model");
    }
  }
}

std::unique_ptr<serve::core::ExternalPredictor> open_predictor(
    const serve::core::RegistrySources& sources, serve::core::Metrics& metrics) {
  if (sources.predictors.empty()) return nullptr;
  return std::make_unique<serve::predictor::Client>(metrics);
}

}  // namespace terse::cli
