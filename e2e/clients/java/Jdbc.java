// pgjdbc: what DatabaseMetaData tells, prepared statements on the server, binary results.
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

public class Jdbc {
    interface Work {
        void run() throws Exception;
    }

    static int failed = 0;

    static void check(String what, Work work) {
        try {
            work.run();
            System.out.println("ok   " + what);
        } catch (Exception | AssertionError error) {
            failed += 1;
            System.out.println("FAIL " + what + " | " + String.valueOf(error.getMessage()).split("\n")[0]);
        }
    }

    static void section(String name) {
        System.out.println("== " + name);
    }

    static void expect(boolean held, Object seen) {
        if (!held) {
            throw new AssertionError("not so; seen: " + seen);
        }
    }

    static List<String> column(ResultSet rows, String name) throws SQLException {
        List<String> found = new ArrayList<>();
        while (rows.next()) {
            found.add(rows.getString(name));
        }
        return found;
    }

    static Connection connect(String... more) throws SQLException {
        String url = "jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE");
        Properties properties = new Properties();
        properties.setProperty("user", System.getenv("PGUSER"));
        properties.setProperty("password", System.getenv("PGPASSWORD"));
        for (int at = 0; at < more.length; at += 2) {
            properties.setProperty(more[at], more[at + 1]);
        }
        return DriverManager.getConnection(url, properties);
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = connect()) {
            metadata(connection.getMetaData());
            statements(connection);
        }
        section("encryption");
        check("sslmode=require", () -> {
            try (Connection secure = connect("sslmode", "require")) {
                expect(secure.isValid(5), "not valid");
            }
        });
        section("rows");
        check("binary results from the first run", () -> {
            try (Connection binary = connect("prepareThreshold", "-1", "binaryTransfer", "true")) {
                types(binary);
            }
        });
        section("rows");
        check("simple queries only", () -> {
            try (Connection simple = connect("preferQueryMode", "simple"); Statement statement = simple.createStatement()) {
                expect(statement.executeQuery("select count(*) from shop_figures.person").next(), "no row");
            }
        });
        section("settings");
        check("currentSchema as the default purpose", () -> {
            try (Connection chosen = connect("currentSchema", "shop_figures"); Statement statement = chosen.createStatement()) {
                expect(statement.executeQuery("select count(*) from person").next(), "no row");
                expect("shop_figures".equals(chosen.getSchema()), chosen.getSchema());
            }
        });
        System.exit(failed == 0 ? 0 : 1);
    }

    static void metadata(DatabaseMetaData data) {
        section("catalogue");
        check("DatabaseMetaData.getSchemas", () -> {
            List<String> names = column(data.getSchemas(), "TABLE_SCHEM");
            expect(names.contains("shop_figures") && !names.contains("answer_you"), names);
        });
        check("DatabaseMetaData.getCatalogs", () -> {
            List<String> names = column(data.getCatalogs(), "TABLE_CAT");
            expect(names.equals(List.of("theirs")), names);
        });
        check("DatabaseMetaData.getTables", () -> {
            ResultSet rows = data.getTables(null, "shop_figures", "%", new String[] {"TABLE", "VIEW"});
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString("TABLE_NAME"));
                expect(rows.getString("REMARKS") != null, "no remarks");
            }
            expect(names.equals(List.of("newsletter_opens", "order_lines", "orders", "person")), names);
        });
        check("DatabaseMetaData.getColumns", () -> {
            ResultSet rows = data.getColumns(null, "shop_figures", "person", "%");
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString("COLUMN_NAME") + " " + rows.getString("TYPE_NAME") + " " + rows.getString("IS_NULLABLE"));
                expect(rows.getString("REMARKS") != null, "no remarks");
            }
            expect(names.equals(List.of("person_id int8 NO", "city text YES", "birth_date text YES")), names);
        });
        check("DatabaseMetaData.getPrimaryKeys", () -> expect(!data.getPrimaryKeys(null, "shop_figures", "person").next(), "a key"));
        check("DatabaseMetaData.getImportedKeys", () -> expect(!data.getImportedKeys(null, "shop_figures", "orders").next(), "a key"));
        check("DatabaseMetaData.getIndexInfo", () -> expect(!data.getIndexInfo(null, "shop_figures", "orders", false, true).next(), "an index"));
        check("DatabaseMetaData.getTypeInfo", () -> expect(column(data.getTypeInfo(), "TYPE_NAME").contains("int8"), "no int8"));
        check("DatabaseMetaData.getFunctions", () -> expect(!data.getFunctions(null, "shop_figures", "%").next(), "a function"));
    }

    static void statements(Connection connection) {
        section("prepared");
        check("PreparedStatement, ten times", () -> {
            String text = "select city, count(*) as n from shop_figures.person where city <> ? and person_id > ? group by city order by n desc limit ?";
            try (PreparedStatement statement = connection.prepareStatement(text)) {
                for (int run = 0; run < 10; run++) {
                    statement.setString(1, "town " + run);
                    statement.setLong(2, run);
                    statement.setInt(3, 3);
                    ResultSet rows = statement.executeQuery();
                    int seen = 0;
                    while (rows.next()) {
                        seen += 1;
                        expect(rows.getLong("n") > 0, rows.getLong("n"));
                    }
                    expect(seen == 3, seen);
                }
            }
        });
        section("parameters");
        check("PreparedStatement with numbers, dates, null", () -> {
            String text = "select count(*) from shop_figures.orders where total > ? and total < ? and ordered_at > ? and (channel = ? or ? is null)";
            try (PreparedStatement statement = connection.prepareStatement(text)) {
                for (int run = 0; run < 7; run++) {
                    statement.setBigDecimal(1, new BigDecimal("1.50"));
                    statement.setDouble(2, 1000.5);
                    statement.setString(3, "2000-01");
                    statement.setString(4, "web");
                    statement.setString(5, "x");
                    ResultSet rows = statement.executeQuery();
                    expect(rows.next() && rows.getInt(1) > 0, "none");
                }
            }
        });
        section("prepared");
        check("ParameterMetaData, ResultSetMetaData before a run", () -> {
            try (PreparedStatement statement = connection.prepareStatement("select city, count(*) from shop_figures.person where city = ? group by 1")) {
                expect(statement.getParameterMetaData().getParameterCount() == 1, "parameters");
                expect(statement.getMetaData().getColumnName(2).equals("count"), statement.getMetaData().getColumnName(2));
            }
        });
        section("cursors");
        check("setFetchSize in a transaction", () -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(100);
                ResultSet rows = statement.executeQuery("select person_id from shop_figures.person");
                int seen = 0;
                while (rows.next()) {
                    seen += 1;
                }
                expect(seen > 1000, seen);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        });
        section("stopping");
        check("setReadOnly, setQueryTimeout", () -> {
            connection.setReadOnly(true);
            try (Statement statement = connection.createStatement()) {
                statement.setQueryTimeout(1);
                statement.executeQuery("select count(*) from shop_figures.person a, shop_figures.person b, shop_figures.person c where a.city < b.city and b.city < c.city");
                throw new AssertionError("it was not stopped");
            } catch (SQLException error) {
                expect("57014".equals(error.getSQLState()), error.getSQLState());
            }
        });
        section("errors");
        check("refused with SQLSTATE", () -> {
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("select email from shop_figures.person");
                throw new AssertionError("it was not refused");
            } catch (SQLException error) {
                expect("42501".equals(error.getSQLState()), error.getSQLState());
            }
        });
    }

    static void types(Connection connection) throws SQLException {
        String text = "select person_id, ordered_at, total, channel, 1.5::float8, 7::smallint, date '2026-01-02', true from shop_figures.orders where total > ? limit 1";
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            for (int run = 0; run < 3; run++) {
                statement.setDouble(1, 1);
                ResultSet rows = statement.executeQuery();
                expect(rows.next(), "no row");
                expect(rows.getLong(1) > 0 && rows.getBigDecimal(3).signum() > 0, rows.getBigDecimal(3));
                expect(rows.getDouble(5) == 1.5 && rows.getShort(6) == 7 && rows.getBoolean(8), "types");
                expect(rows.getDate(7).toString().equals("2026-01-02"), rows.getDate(7));
            }
        }
    }
}
