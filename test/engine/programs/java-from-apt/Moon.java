import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** The age of the moon, from a new moon that is known. */
public class Moon {
  public static void main(String[] arguments) {
    long days = ChronoUnit.DAYS.between(LocalDate.of(2000, 1, 6), LocalDate.parse(arguments[0]));
    System.out.printf(Locale.ROOT, "moon %.1f days%n", days % 29.530588);
  }
}
