#include "switchd/link/loss.hh"

namespace flowbed::sw {
namespace {
CorrelatedChoice choice_of(const LossSettings& settings) {
  const auto* chance = std::get_if<Chance>(&settings);
  return chance ? CorrelatedChoice(chance->share, chance->correlation) : CorrelatedChoice(0, 0);
}
}  // namespace

LossModel::LossModel(const LossSettings& settings) : settings_(settings), choice_(choice_of(settings)) {}

bool LossModel::loses_next(RandomStream& random) {
  if (std::holds_alternative<Chance>(settings_)) return choice_.next(random);
  if (const auto* model = std::get_if<GilbertElliott>(&settings_)) {
    const bool lost = random.happens(is_bad_ ? model->loss_in_bad : model->loss_in_good);
    if (random.happens(is_bad_ ? model->to_good : model->to_bad)) is_bad_ = !is_bad_;
    return lost;
  }
  if (const auto* pattern = std::get_if<LossPattern>(&settings_)) {
    const bool lost = pattern->drops[next_];
    next_ = (next_ + 1) % pattern->drops.size();
    return lost;
  }
  return false;
}

}  // namespace flowbed::sw
