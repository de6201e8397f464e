// Feeds every file named on the command line (folders: every file in them) to the fuzz target once,
// so that the corpus and every crash ever found are checked by each ordinary test run.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argument_count, char** arguments) {
  std::size_t inputs = 0;
  const auto feed = [&](const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    ++inputs;
  };
  for (int index = 1; index < argument_count; ++index) {
    if (std::filesystem::is_directory(arguments[index])) {
      for (const auto& entry : std::filesystem::directory_iterator(arguments[index])) feed(entry);
    } else {
      feed(arguments[index]);
    }
  }
  std::printf("%zu inputs replayed\n", inputs);
  return inputs > 0 ? 0 : 1;
}
