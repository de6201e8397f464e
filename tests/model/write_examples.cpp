// Writes one example model per method and what it predicts, for check_model.py and tests/golden:
//
//   write_examples FOLDER
//
// gives FOLDER/METHOD.terse and FOLDER/METHOD.csv (the features, then the prediction).
#include <fmt/format.h>

#include <fstream>

#include "model/examples.h"
#include "terse/model/file.h"
#include "terse/model/predictor.h"

int main(int count, char** values) {
  using namespace terse;
  if (count != 2) return 2;
  for (const quantize::Method method : quantize::network_methods) {
    const std::string path = fmt::format("{}/{}", values[1], quantize::id(method));
    model::Model model =
        model::example_model(model::random_fold_input(method, {.features = 6, .seed = 11}));
    const Matrix readings = model::example_readings(model, 40);
    std::vector<float> predictions(readings.rows());
    model::Predictor(model).predict(readings, predictions);
    model::write_file(model, path + ".terse");
    std::ofstream table(path + ".csv");
    for (const model::Feature& feature : model.features) table << feature.name << ',';
    table << model.target_name << '\n';
    for (std::size_t r = 0; r < readings.rows(); ++r) {
      table << fmt::format("{:.9g},{:.9g}\n", fmt::join(readings.row(r), ","), predictions[r]);
    }
    if (!table.flush()) return 1;
  }
  return 0;
}
